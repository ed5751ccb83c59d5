/** What may be done to the API's state. Deleting what the scan itself created counts as `writes`. */
export type ProbeEffect = 'reads' | 'writes' | 'destroys'
