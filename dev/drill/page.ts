import { readFileSync } from 'node:fs';

/** A part of the page that the drill runs: a step of the script, a command of the reader, or what it prints. */
export interface Part {
  kind: 'step' | 'sh' | 'answer';
  text: string;
}

/** The page whose commands are run. Steps of the script are comments: `<!-- drill: NAME -->`. */
export const page = 'docs/backup.md';

/** The parts of the page, in their order. */
export const readParts = (file: string): Part[] =>
  [...readFileSync(file, 'utf8').matchAll(/<!-- drill: (.*?) -->|```(sh|answer)\n([\s\S]*?)```/g)].map(
    ([, step, kind, text = '']) =>
      step === undefined ? { kind: kind as 'sh' | 'answer', text } : { kind: 'step', text: step },
  );

/** The commands of a restore without the point in time: all that was archived is restored. */
export const withoutTarget = (commands: string): string => commands.replace(/^recovery_target_.*\n/gm, '');
