import type { WeaknessEntry } from '../weakness.ts'

/** API4:2023, unrestricted resource consumption. */
export const api4 = [
  {
    id: 'missing-rate-limit',
    cwe: 770,
    severity: 'medium',
    title: 'No limit on the rate of calls',
    explanation:
      'One client may call the operation as often as it likes, or the limit does not fit what a call costs. A single script can use up what was meant for all users.',
  },
  {
    id: 'missing-target-limit',
    cwe: 799,
    severity: 'high',
    title: 'No limit for the account under attack',
    explanation:
      'Calls are counted by sender only, not by the account, number or object that they aim at. An attacker spread over many addresses can go on guessing a code or flooding a telephone.',
  },
  {
    id: 'unbounded-page',
    cwe: 770,
    severity: 'medium',
    title: 'Page of any size',
    explanation:
      'The caller decides how many records a response holds and no maximum applies. One request can load the whole collection, which exhausts memory and gives away all of the data at once.',
  },
  {
    id: 'unbounded-input',
    cwe: 770,
    severity: 'low',
    title: 'Input of any size',
    explanation:
      'A string, array or number of the request has no greatest value. Oversized input costs memory and time in every layer that touches it.',
  },
  {
    id: 'unbounded-upload',
    cwe: 770,
    severity: 'medium',
    title: 'Upload of any size',
    explanation:
      'Files and bodies are taken in without a limit on their size. Disk, memory and bandwidth are in the hands of whoever sends.',
  },
  {
    id: 'unbounded-batch',
    cwe: 770,
    severity: 'medium',
    title: 'Any number of operations in one request',
    explanation:
      'One request may hold as many operations, aliases or nested levels as the caller wants. It multiplies the work per call and slips past limits that count requests.',
  },
  {
    id: 'missing-timeout',
    cwe: 400,
    severity: 'medium',
    title: 'Work without a time limit',
    explanation:
      'Nothing ends a request that takes too long. A few slow requests hold connections and workers until none is left for anybody else.',
  },
  {
    id: 'unbounded-process-resources',
    cwe: 770,
    severity: 'medium',
    title: 'Process without resource limits',
    explanation:
      'The process or container may take any amount of memory, CPU time, file descriptors or child processes. One overloaded service then brings down its neighbours on the same machine.',
  },
  {
    id: 'unbounded-spend',
    cwe: 400,
    severity: 'medium',
    title: 'Unlimited spending at a provider',
    explanation:
      'Calls to the API set off paid services such as text messages or identity checks, without a limit or alert on the bill. An attacker does not need to break anything to cause great cost.',
  },
  {
    id: 'object-harvesting',
    cwe: 799,
    severity: 'high',
    title: 'Collection read out object by object',
    explanation:
      'One caller draws far more distinct objects than any ordinary use would need, each request harmless by itself. Taken together the whole collection leaves, at a pace that a limit on calls does not catch.',
  },
  {
    id: 'explosive-pattern',
    cwe: 1333,
    severity: 'high',
    title: 'Regular expression that can blow up',
    explanation:
      'A pattern needs exponential or high polynomial time on some inputs. A short string chosen for it keeps a processor busy for minutes.',
  },
] as const satisfies readonly WeaknessEntry[]
