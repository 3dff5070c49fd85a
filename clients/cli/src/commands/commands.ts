import type { OperationId, SweepOperation } from '../../../typescript/src/index.ts';

/**
 * The command of each operation: noun, verb, and the members of the input that are arguments. `cluster` stands for
 * region and name, as REGION/NAME. The other members are options.
 */
export const commands = {
  getCaller: 'caller get',
  listAccounts: 'account list',
  getAccount: 'account get <accountId>',
  putAccount: 'account put <accountId>',
  deleteAccount: 'account delete <accountId>',
  importAccounts: 'account import',
  getAccountImport: 'account import-status <id>',
  listAccountImportChanges: 'account import-changes <id>',
  listExecutionRoles: 'role find <accountId>',
  createExecutionRole: 'role create <accountId> <roleName>',
  getExecutionRole: 'role get <accountId> <roleName>',
  ensureExecutionRole: 'role ensure <accountId> <roleName>',
  checkExecutionRole: 'role check <accountId> <roleName>',
  // The same check, for callers that may only read.
  getExecutionRoleCheck: 'role check <accountId> <roleName>',
  extendExecutionRole: 'role extend <accountId> <roleName>',
  revertChange: 'role revert <id>',
  getCluster: 'line get <accountId> <roleName> <cluster>',
  putCluster: 'line put <accountId> <roleName> <cluster>',
  retractCluster: 'line delete <accountId> <roleName> <cluster>',
  pruneExecutionRole: 'role prune <accountId> <roleName>',
  getFargateReadiness: 'cluster ready <accountId> <cluster>',
  listClaims: 'claim list',
  endClaim: 'claim end <id>',
  listChanges: 'change list',
  exportChanges: 'change export',
  getChange: 'change show <id>',
  getChangeProof: 'change proof <id>',
  verifyLog: 'log verify',
  exportLog: 'log export',
  startSweep: 'sweep start <operation>',
  streamSweepEvents: 'sweep follow <id>',
  cancelSweep: 'sweep cancel <id>',
  listSweepResults: 'sweep results <id>',
  listSweeps: 'sweep list',
  getSweep: 'sweep get <id>',
  getPosture: 'posture list',
  getPostureAccounts: 'posture accounts',
  getPostureTrend: 'posture trend',
  listSchedules: 'schedule list',
  getSchedule: 'schedule get <name>',
  putSchedule: 'schedule put <name>',
  deleteSchedule: 'schedule delete <name>',
  createServiceToken: 'token create <name>',
  listServiceTokens: 'token list',
  revokeServiceToken: 'token revoke <id>',
  listDeadLetters: 'webhook list',
  redeliverDeadLetter: 'webhook redeliver <id>',
} as const satisfies Record<OperationId, string>;

export interface CommandSpec {
  id: OperationId;
  words: string;
  /** What it does, where that is not all that the operation does. */
  description?: string;
  /** The members that are options, with the name of each option. Left out: all members. */
  only?: Record<string, string>;
  /** What the command itself says of the input. */
  given?: Record<string, unknown>;
  /**
   * A name from before the nouns. Scripts rely on it: without a terminal it goes ahead and does not ask, and with --json
   * a list is one array.
   */
  isOlder?: boolean;
  /** It plans, unless --apply is given. */
  isDry?: boolean;
}

/** Other names of the same operations. */
const others: CommandSpec[] = [
  { id: 'retractCluster', words: 'role retract <accountId> <roleName>' },
  {
    id: 'extendExecutionRole',
    words: 'role drop <accountId> <roleName>',
    description: 'Removes the lines of clusters from the role. A claimed one is refused.',
    only: { drop: 'cluster', override: 'override', dryRun: 'dry-run', reason: 'reason' },
    given: { clusters: [] },
  },
];

const older = (id: OperationId, words: string, given?: { operation: SweepOperation }): CommandSpec => ({
  id,
  words,
  isOlder: true,
  ...(given && { given }),
});

/** Two operations of one command: the first. */
const isFirst = ({ words }: CommandSpec, at: number, all: CommandSpec[]) =>
  all.findIndex((one) => one.words === words) === at;

export const specs: CommandSpec[] = [
  ...Object.entries(commands).map(([id, words]) => ({ id: id as OperationId, words })),
  ...others,
  older('checkExecutionRole', 'check <accountId> <roleName>'),
  older('extendExecutionRole', 'extend <accountId> <roleName>'),
  older('retractCluster', 'retract <accountId> <roleName>'),
  { ...older('pruneExecutionRole', 'prune <accountId> <roleName>'), isDry: true },
  older('getFargateReadiness', 'ready <accountId> <cluster>'),
  older('listClaims', 'claims'),
  older('endClaim', 'claims end <id>'),
  older('listChanges', 'changes'),
  older('startSweep', 'sweep check', { operation: 'CHECK' }),
  older('startSweep', 'sweep extend', { operation: 'EXTEND' }),
  older('startSweep', 'sweep readiness', { operation: 'READINESS' }),
].filter(isFirst);

/** The parts of a command: its words, and the members that are arguments. */
export function partsOf({ words }: CommandSpec): { path: string[]; names: string[] } {
  const parts = words.split(' ');
  return {
    path: parts.filter((one) => !one.startsWith('<')),
    names: parts.filter((one) => one.startsWith('<')).map((one) => one.slice(1, -1)),
  };
}
