import { startExpress } from './express-proxy.ts'

/** Requests and answers are validated: the same job as ours, as far as these packages can do it. */
startExpress(true)
