import { readFileSync } from 'node:fs';

/** A stage of the Dockerfile, with its instructions of one line. */
export interface Stage {
  base: string;
  name: string;
  steps: [instruction: string, rest: string][];
}

function stagesOf(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of dockerfile.split('\n')) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const [, base, name = ''] = instruction === 'FROM' ? (/^(\S+)(?: AS (\S+))?$/.exec(rest) ?? []) : [];
    if (base !== undefined) stages.push({ base, name, steps: [] });
    else if (instruction !== '') stages.at(-1)?.steps.push([instruction, rest]);
  }
  return stages;
}

const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));

/** The stage of this name. The service's image is the last stage, which has no name. */
export function stage(name: string): Stage {
  const found = stages.findLast((one) => one.name === name);
  if (found === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  return found;
}

export const service = stage('');
export const stepsOf = ({ steps }: Stage, wanted: string): string[] =>
  steps.flatMap(([instruction, rest]) => (instruction === wanted ? [rest] : []));
export const environmentOf = (one: Stage): Record<string, string> =>
  Object.fromEntries(stepsOf(one, 'ENV').flatMap((text) => text.split(' ').map((part) => part.split('='))));
export const commandOf = (one: Stage): string[] => JSON.parse(stepsOf(one, 'CMD').at(-1) ?? '[]');
