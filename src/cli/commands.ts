import { audit } from './audit.ts'
import type { Command } from './command.ts'
import { coverage } from './coverage.ts'
import { demo } from './demo.ts'
import { exposure } from './exposure.ts'
import { guard } from './guard.ts'
import { scan } from './scan.ts'

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [demo, audit, exposure, scan, guard, coverage]
