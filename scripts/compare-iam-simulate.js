#!/usr/bin/env node
// Holds `kmslint can` against @cloud-copilot/iam-simulate on random policies and requests.
//
//     cargo build && node scripts/compare-iam-simulate.js [REQUESTS] [SEED]
//
// The simulator is installed by npm into a temporary folder and is run there as a program of its own: its licence (AGPL)
// does not allow it to become a part of this project. docs/access-disagreements.md explains every kind of disagreement.
'use strict'
const { execFileSync } = require('child_process')
const { createRequire } = require('module')
const fs = require('fs')
const os = require('os')
const path = require('path')

const WANTED = Number(process.argv[2] || 20000)
const PER_POLICY = 40
const KMSLINT = process.env.KMSLINT || path.join(__dirname, '..', 'target', 'debug', 'kmslint')
const folder = process.env.IAM_SIMULATE || path.join(os.tmpdir(), 'kmslint-iam-simulate')
if (!fs.existsSync(path.join(folder, 'node_modules'))) {
  fs.mkdirSync(folder, { recursive: true })
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '@cloud-copilot/iam-simulate'], { stdio: 'inherit' })
}
const base = path.join(folder, 'node_modules/@cloud-copilot/iam-simulate/dist/cjs/')
const load = createRequire(base + 'index.js')
const { authorize } = load('./core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = load('./request/request.js')
const { RequestContextImpl } = load('./requestContext.js')
const { DiscoveryContextKeyConstraints } = load('./context_keys/discoveryContextKeyConstraints.js')
const { loadPolicy } = load('@cloud-copilot/iam-policy')

const OWNER = '111122223333'
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/00000000-0000-0000-0000-000000000000`
let state = BigInt(process.argv[3] || 1)
const below = n => { state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn; return Number(state >> 33n) % n }
const pick = list => list[below(list.length)]

const PRINCIPALS = [
  '*', { AWS: '*' }, { AWS: OWNER }, { AWS: `arn:aws:iam::${OWNER}:root` }, { AWS: `arn:aws:iam::${OWNER}:role/App` },
  { AWS: `arn:aws:sts::${OWNER}:assumed-role/App/one` }, { AWS: [`arn:aws:iam::${OWNER}:user/u`, '444455556666'] },
  { AWS: 'arn:aws:iam::444455556666:role/App' }, { Service: 's3.amazonaws.com' }, { Service: ['sns.amazonaws.com'], AWS: OWNER },
]
const ASKING = [
  `arn:aws:iam::${OWNER}:role/App`, `arn:aws:sts::${OWNER}:assumed-role/App/one`, `arn:aws:sts::${OWNER}:assumed-role/App/two`,
  `arn:aws:iam::${OWNER}:user/u`, `arn:aws:iam::${OWNER}:user/v`, 'arn:aws:iam::444455556666:role/App',
  'arn:aws:iam::444455556666:user/u', 'arn:aws:iam::777788889999:role/any', 's3.amazonaws.com', 'sns.amazonaws.com',
]
const ACTIONS = ['*', 'kms:*', 'kms:Decrypt', 'kms:decrypt', 'kms:De*', 'kms:*Grant', ['kms:Decrypt', 'kms:CreateGrant'], 'kms:Create?rant', 'kms:PutKeyPolicy']
const ASKED = ['kms:Decrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:DescribeKey']
const STRINGS = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike']
const ARNS = ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike']
const NUMBERS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
const KEYS = {
  'kms:ViaService': { of: STRINGS, values: ['s3.e.amazonaws.com', 's3.*', 's?.e*', '*', 'S3.e.amazonaws.com'], given: ['s3.e.amazonaws.com', 'ec2.e.amazonaws.com', 'S3.e.amazonaws.com', 'q'] },
  'kms:CallerAccount': { of: STRINGS, values: [OWNER, '4444*', '*', '????????????'] },
  'aws:PrincipalArn': { of: ARNS.concat(STRINGS), values: [`arn:aws:iam::${OWNER}:role/*`, `arn:aws:iam::${OWNER}:role/App`, 'arn:aws:iam::*:user/u', 'arn:*:iam::*:*', '*'] },
  'kms:EncryptionContext:a': { of: STRINGS, values: ['x', 'x*', '*y', 'X'], given: ['x', 'xy', 'X', 'z'] },
  'kms:GrantOperations': { of: STRINGS, many: true, values: ['Encrypt', 'Decrypt', 'De*'], given: [['Encrypt'], ['Decrypt', 'Encrypt'], ['Sign'], ['DeriveSharedSecret', 'Sign']] },
  'kms:GrantIsForAWSResource': { of: ['Bool'], values: ['true', 'false'], given: ['true', 'false'] },
  'aws:MultiFactorAuthAge': { of: NUMBERS.map(n => 'Numeric' + n), values: ['10', '20', '10.5'], given: ['0', '10', '11', '20', '21'] },
  'aws:CurrentTime': { of: NUMBERS.map(n => 'Date' + n), values: ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', '1800000000'], given: ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2028-06-01T00:00:00Z'] },
  'aws:SourceIp': { of: ['IpAddress', 'NotIpAddress'], values: ['10.0.0.0/8', '10.1.0.0/16', '0.0.0.0/0', '2001:db8::/32', '10.1.2.3/32'], given: ['10.1.2.3', '10.2.0.0', '11.0.0.0', '2001:db8::1'] },
  'aws:SourceArn': { of: ARNS, values: ['arn:aws:s3:::bucket', 'arn:aws:s3:::b*', 'arn:*:s3:::*'], given: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bag:x', 'arn:aws:sns:e:1:t'] },
  'aws:SourceAccount': { of: STRINGS, values: [OWNER, '4*'], given: [OWNER, '444455556666'] },
  'aws:PrincipalOrgID': { of: STRINGS, values: ['o-aaaaaaaaaa', 'o-*', 'O-AAAAAAAAAA'], given: ['o-aaaaaaaaaa', 'O-AAAAAAAAAA', 'o-b'] },
}
const NAMES = Object.keys(KEYS)

function condition () {
  const all = {}
  for (let n = pick([0, 0, 1, 1, 2]); n > 0; n--) {
    const name = pick(NAMES)
    const key = KEYS[name]
    let operator = pick(key.of)
    if (below(8) === 0) { all.Null = { [name]: pick(['true', 'false']) }; continue }
    if (below(5) === 0) operator += 'IfExists'
    if (key.many || below(10) === 0) operator = pick(['ForAllValues:', 'ForAnyValue:']) + operator
    all[operator] = { [below(6) === 0 ? name.toLowerCase() : name]: below(3) === 0 ? [pick(key.values), pick(key.values)] : pick(key.values) }
  }
  return all
}
function statement () {
  const it = { Effect: below(4) === 0 ? 'Deny' : 'Allow', Resource: '*', Condition: condition() }
  it[below(15) === 0 ? 'NotPrincipal' : 'Principal'] = pick(PRINCIPALS)
  it[below(12) === 0 ? 'NotAction' : 'Action'] = pick(ACTIONS)
  return it
}
function request () {
  const principal = pick(ASKING)
  const context = {}
  for (const name of NAMES) if (KEYS[name].given && below(2) === 0) context[name] = pick(KEYS[name].given)
  return { principal, action: pick(ASKED), context, owner_account: OWNER }
}
const account = principal => (/^arn:aws:(?:iam|sts)::(\d{12}):/.exec(principal) || [])[1]
// What AWS derives from the caller; the simulator does not.
function derived (principal) {
  const of = account(principal)
  if (!of) return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal, 'aws:SecureTransport': 'true' }
  const session = /:assumed-role\/([^/]+)\//.exec(principal)
  const arn = session ? `arn:aws:iam::${of}:role/${session[1]}` : principal
  return { 'aws:PrincipalAccount': of, 'kms:CallerAccount': of, 'aws:PrincipalArn': arn, 'aws:PrincipalIsAWSService': 'false', 'aws:SecureTransport': 'true' }
}
const EVERYTHING = loadPolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, { name: 'all' })
const OPEN = loadPolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }, { name: 'open' })
function simulate (policy, asked) {
  const context = new RequestContextImpl({ ...derived(asked.principal), ...asked.context })
  const run = identity => authorize({
    request: new AwsRequestImpl(asked.principal, { resource: KEY, accountId: OWNER }, asked.action, context, false),
    identityPolicies: identity, serviceControlPolicies: [], resourceControlPolicies: [], permissionBoundaries: undefined,
    sessionPolicy: undefined, vpcEndpointPolicies: undefined, resourcePolicy: policy,
    simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]) },
    serviceSettings: { s3: {} },
  }).result
  const alone = run([])
  const helped = run([EVERYTHING])
  if (alone === 'Allowed') return 'direct'
  if (helped === 'Allowed') return 'delegated'
  return helped === 'ExplicitlyDenied' || alone === 'ExplicitlyDenied' ? 'denied' : 'nothing'
}

// Actions of ASKED that KMS does not know across accounts.
const OWN_ACCOUNT_ONLY = ['kms:PutKeyPolicy']
const each = (document, change) => {
  const copy = JSON.parse(JSON.stringify(document))
  for (const statement of copy.Statement) {
    const block = {}
    for (const [operator, keys] of Object.entries(statement.Condition)) {
      for (const [key, value] of Object.entries(keys)) {
        const changed = change(operator, key, [value].flat())
        if (changed) block[changed[0]] = { ...block[changed[0]], [key]: changed[1] }
      }
    }
    statement.Condition = block
  }
  return copy
}
// The policy as the simulator would have to read it to give kmslint's answer, one reading for each row of the document.
const READINGS = {
  'ForAnyValue:…IfExists without the key': (document, asked) => each(document, (operator, key, values) => {
    const given = Object.keys({ ...derived(asked.principal), ...asked.context }).map(it => it.toLowerCase())
    const holds = /^ForAnyValue:.*IfExists$/.test(operator) && !given.includes(key.toLowerCase())
    return holds ? null : [operator, values]
  }),
  '0.0.0.0/0': document => each(document, (operator, key, values) => [operator, values.flatMap(it => it === '0.0.0.0/0' ? ['0.0.0.0/1', '128.0.0.0/1'] : [it])]),
  'a number with a date operator': document => each(document, (operator, key, values) => [operator, values.map(it => /Date/.test(operator) && /^\d+$/.test(it) ? new Date(it * 1000).toISOString() : it)]),
  '* alone with an ARN operator': document => each(document, (operator, key, values) => [operator, values.map(it => /Arn(Not)?(Equals|Like)/.test(operator) && it === '*' ? 'arn:*:*:*:*:*' : it)]),
}
function simulated (document, asked) {
  try { return simulate(loadPolicy(document, { name: 'key-policy' }), asked) } catch (error) { return `error: ${error.message}` }
}
// Why the simulator's answer is another one: the reading under which it would be the same.
function reason (document, asked, answer) {
  const across = account(asked.principal) && account(asked.principal) !== OWNER && OWN_ACCOUNT_ONLY.includes(asked.action)
  if (across && answer === 'nothing') return 'an action that does not work across accounts'
  for (const [name, read] of Object.entries(READINGS)) if (simulated(read(document, asked), asked) === answer) return name
  const all = Object.values(READINGS).reduce((document, read) => read(document, asked), document)
  return simulated(all, asked) === answer ? 'several of these' : 'NOT EXPLAINED'
}

const kinds = {}
const levels = {}
let total = 0
let differ = 0
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'kmslint-compare-'))
while (total < WANTED) {
  const document = { Version: '2012-10-17', Statement: Array.from({ length: 1 + below(4) }, statement) }
  const requests = Array.from({ length: PER_POLICY }, request)
  const file = path.join(work, 'policy.json')
  fs.writeFileSync(file, JSON.stringify(document))
  const input = requests.map(it => JSON.stringify(it)).join('\n')
  const answers = execFileSync(KMSLINT, ['can', '--requests', '-', file], { input, encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n').map(line => JSON.parse(line).level)
  requests.forEach((asked, n) => {
    total++
    levels[answers[n]] = (levels[answers[n]] || 0) + 1
    const other = simulated(document, asked)
    if (other === answers[n]) return
    differ++
    const kind = reason(document, asked, answers[n])
    kinds[kind] = kinds[kind] || []
    kinds[kind].push({ kmslint: answers[n], simulator: other, document, asked })
  })
}
fs.rmSync(work, { recursive: true })
console.log(`${total} requests, ${differ} answers differ`, levels)
for (const [kind, cases] of Object.entries(kinds)) {
  console.log(`${kind}: ${cases.length}`)
  const show = process.env.SHOW ? Number(process.env.SHOW) : kind === 'NOT EXPLAINED' ? 3 : 0
  for (const it of cases.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length).slice(0, show)) console.log('  ' + JSON.stringify(it))
}
process.exitCode = kinds['NOT EXPLAINED'] ? 1 : 0
