import type { Contract } from '../contract/model.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import { formReader } from './form.ts'
import type { InputPlan } from './input.ts'

/** Gives each operation its way of reading requests, compiled at its first use. */
export interface InputPlans {
  of(exposure: OperationExposure): InputPlan
}

export function createInputPlans(contract: Contract): InputPlans {
  const plans = new Map<OperationExposure, InputPlan>()
  return {
    of(exposure) {
      let plan = plans.get(exposure)
      if (plan === undefined) {
        plan = compile(contract, exposure)
        plans.set(exposure, plan)
      }
      return plan
    },
  }
}

const dangerousElsewhere = ['constructor', 'prototype']

function compile(contract: Contract, { operation, fields, access }: OperationExposure): InputPlan {
  const body = fields.in.filter(field => field.place === 'body')
  const names = new Set(body.map(field => field.name))
  return {
    operation,
    readsParameters: operation.parameters.length > 0,
    readsHeaders: operation.parameters.some(({ in: place }) => place === 'header' || place === 'cookie'),
    queryCredentials: new Set(queryCredentials(contract, access.alternatives)),
    mediaTypes: operation.body?.content.map(media => media.type) ?? [],
    bodyRequired: operation.body?.required === true,
    allowedNames: new Set(dangerousElsewhere.filter(name => names.has(name))),
    form: formReader(body),
  }
}

function queryCredentials(
  contract: Contract,
  alternatives: OperationExposure['access']['alternatives'],
): readonly string[] {
  return alternatives.flatMap(({ requirements }) =>
    requirements.flatMap(({ scheme }) => {
      const definition = contract.securitySchemes.get(scheme)
      return definition?.type === 'apiKey' && definition.in === 'query' ? [definition.name] : []
    }),
  )
}
