/**
 * Measures how many checks of a stored trust policy one core does in a second, and compares that with
 * JSON.parse of the same texts in the same run. All texts differ, so that no cached result helps.
 * BENCH_SECONDS: seconds a figure.
 */
import { cpus } from 'node:os';
import { check } from '#src/domain/check/check.ts';
import { fargate } from '#src/domain/kinds/fargate.ts';
import { createReference } from '#src/domain/rewrite/rewrite.ts';
import { lineFor } from '#src/domain/role/arn.ts';
import type { Observed } from '#src/domain/role/role-state.ts';
import { nothingSeen } from '#src/domain/role/seen.ts';

const accountId = '111122223333';
const place = { accountId, partition: 'aws', kind: fargate } as const;
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const asked = [{ region: 'us-west-2', name: 'cluster-0' }];
const texts = 512;

/** Texts whose last line covers the requested cluster. The other lines differ in every text. */
const policies = (lines: number, indent: number) =>
  Array.from({ length: texts }, (_, i) => {
    const others = Array.from({ length: lines - 1 }, (_, j) => ({
      region: 'eu-central-1',
      name: `team-${i}-cluster-${j}`,
    }));
    return JSON.stringify(
      { ...createReference(place, [...others, ...asked]), Id: `policy-${i}` },
      null,
      indent,
    );
  });

const wide = (lines: number) =>
  policies(lines, 0).map((text) =>
    text.replace(
      lineFor(place, asked[0] as (typeof asked)[0]),
      `arn:aws:eks:*:${accountId}:fargateprofile/*/*`,
    ),
  );

const roleOf = (trustText: string): Observed => ({
  ...place,
  organizationId: null,
  now: new Date(),
  extraRegions: [],
  roleName: 'PodExecution',
  earlierClusters: [],
  seen: nothingSeen,
  quota: 4096,
  role: {
    roleName: 'PodExecution',
    roleArn: `arn:aws:iam::${accountId}:role/PodExecution`,
    roleId: 'AROAEXAMPLE',
    createdAt: null,
    path: '/',
    description: null,
    permissionsBoundary: null,
    trustText,
    attached: [...fargate.requiredPolicies('aws')],
    inline: null,
    tags: {},
  },
});

/**
 * Calls in a second of processor time, and the median call in microseconds, over all texts in rounds. It is
 * not wall-clock time, because other programs may use the machine. Garbage collection and compilation count.
 */
function measure(work: (index: number) => void): { rate: number; p50: number } {
  const round = () => {
    const start = process.cpuUsage();
    for (let i = 0; i < texts; i++) work(i);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / texts;
  };
  const warm = performance.now() + 300;
  while (performance.now() < warm) round();
  const rounds: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) rounds.push(round());
  const total = rounds.reduce((sum, micros) => sum + micros, 0);
  return { rate: (rounds.length * 1e6) / total, p50: rounds.sort((a, b) => a - b)[rounds.length >> 1] ?? 0 };
}

const rows: { about: string; of: string[]; wanted?: number }[] = [
  { about: 'one line', of: policies(1, 0), wanted: 100_000 },
  { about: 'fifty lines', of: policies(50, 0), wanted: 5_000 },
  { about: 'one line, indented', of: policies(1, 2) },
  { about: 'fifty lines, indented', of: policies(50, 2) },
  { about: 'one wide line', of: wide(1) },
];

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, one core; ${texts} texts, ${seconds} s a figure`,
);
for (const { about, of, wanted } of rows) {
  const observed = of.map(roleOf);
  if (check(observed[0] as Observed, asked).verdict !== 'COMPLIANT')
    throw new Error(`${about}: unexpected answer`);
  const parse = measure((i) => JSON.parse(of[i] as string));
  const checks = measure((i) => check(observed[i] as Observed, asked));
  const goal =
    wanted === undefined
      ? ''
      : ` (wanted: ${wanted.toLocaleString('en')}${checks.rate < wanted ? ', MISSED' : ''})`;
  console.log(
    `${about.padEnd(22)} ${Math.round(checks.rate).toLocaleString('en').padStart(9)} checks/s${goal}, p50 ${checks.p50.toFixed(1)} µs, ` +
      `${(parse.rate / checks.rate).toFixed(1)} × JSON.parse (${Math.round(parse.rate).toLocaleString('en')}/s)`,
  );
}
