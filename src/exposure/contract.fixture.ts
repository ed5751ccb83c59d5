import { parseContract } from '../contract/load.ts'
import type { Contract } from '../contract/model.ts'
import { type ApiExposure, exposeContract, type OperationExposure } from './exposure.ts'

/** A contract from YAML without `openapi` and `info`. */
export function contractOf(yaml: string, version = '3.1.0'): Contract {
  const text = `openapi: ${version}\ninfo: { title: Test, version: '1' }\n${yaml}`
  return parseContract({ contract: { file: 'test.yaml', text } })
}

export function exposeYaml(yaml: string, version = '3.1.0'): ApiExposure {
  return exposeContract(contractOf(yaml, version))
}

/** The row of `GET /v1/accounts`, or an error that names those there are. */
export function rowOf(api: ApiExposure, key: string): OperationExposure {
  const row = api.operations.find(({ operation }) => operation.key === key)
  if (row === undefined)
    throw new Error(`No ${key} among ${api.operations.map(({ operation }) => operation.key).join(', ')}`)
  return row
}

/** One `GET /a` with what is given inside it, and the rest of the document after it. */
export function exposeOne(inside: string, rest = ''): OperationExposure {
  return rowOf(exposeYaml(`paths:\n  /a:\n    get:\n      ${inside}\n${rest}`), 'GET /a')
}
