import { request } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import type { Contestant } from './contestants.ts'
import { brokenPath, invalid, type Traffic, traffic } from './parts.ts'

export interface CheckResult {
  readonly name: string
  /** Right answers to requests that fit the contract. */
  readonly right: number
  readonly asked: number
  /** Names of the invalid requests that were let through. */
  readonly passed: readonly string[]
  readonly invalid: number
  /** What became of an answer that breaks the contract: it left as it was, without the foreign field, or not at all. */
  readonly brokenAnswer: 'passed' | 'trimmed' | 'withheld'
  /** What the contestant claims and does not do; it is not measured then. */
  readonly failures: readonly string[]
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Asks every question once before anything is measured: who does not do the job cannot be fast at it. */
export async function check(contestant: Contestant, port: number, signal: AbortSignal): Promise<CheckResult> {
  const failures: string[] = []
  const questions = traffic().slice(0, 20)
  let right = 0
  for (const question of questions) {
    const answer = await ask(port, question, signal)
    if (answer.status === question.status && isDeepStrictEqual(parse(answer.text), question.answer)) right++
    else failures.push(`${question.method} ${question.path} was answered ${answer.status} ${answer.text.slice(0, 200)}`)
  }
  const passed: string[] = []
  for (const question of invalid) {
    const { status } = await ask(port, question, signal)
    if (status === 400) continue
    passed.push(question.name)
    if (contestant.refusesRequests) failures.push(`a request with ${question.name} was answered ${status}`)
  }
  const { status, text } = await ask(port, { method: 'GET', path: brokenPath }, signal)
  const brokenAnswer = status >= 500 ? 'withheld' : text.includes('supplierPassword') ? 'passed' : 'trimmed'
  if (contestant.withholdsAnswers && brokenAnswer === 'passed') failures.push('an answer that breaks the contract left')
  const { name } = contestant
  return { name, right, asked: questions.length, passed, invalid: invalid.length, brokenAnswer, failures }
}

function ask(port: number, question: Pick<Traffic, 'method' | 'path' | 'body'>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method, path, body } = question
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false as const, signal, timeout: 10_000 }
    const sent = request(options, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 seconds')))
    // A contestant that breaks the connection gives a wrong answer; that is for the check to say.
    sent.on('error', error => (signal.aborted ? reject(error) : resolve({ status: 0, text: error.message })))
    sent.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
