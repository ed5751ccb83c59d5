import { loadContract } from '../contract/load.ts'
import { type ApiExposure, exposeContract } from '../exposure/exposure.ts'

/** Reads a contract with its overlays and derives its fact table. */
export async function loadExposure(file: string, overlays: readonly string[]): Promise<ApiExposure> {
  return exposeContract(await loadContract(file, { overlays }))
}
