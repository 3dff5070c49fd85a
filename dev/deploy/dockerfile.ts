import { readFileSync } from 'node:fs';
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';

/** Copies from the build context, or from the stage `from`. */
interface CopyStep {
  does: 'COPY';
  from: string | null;
  paths: string[];
  to: string;
}

/** What a stage does, in order. `cwd`, `env` and `user` are in force at each step. */
type Step = (CopyStep | { does: 'RUN'; command: string }) & {
  text: string;
  cwd: string;
  env: Record<string, string>;
  user: number;
};

export interface Stage {
  /** Another stage, or an image. */
  base: string;
  /** The service's image is the last stage, which has none. */
  name: string;
  steps: Step[];
  cwd: string;
  env: Record<string, string>;
  user: number;
  entrypoint: string[];
  command: string[];
  /** Null: there is none. */
  healthcheck: string[] | null;
  stopSignal: string;
  ports: number[];
}

/**
 * The stages of a Dockerfile. Throws an Error for whatever the replay could not do as an engine does it: an
 * instruction, a flag or a form that this file does not know.
 */
export function readDockerfile(path: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(readFileSync(path, 'utf8')).getInstructions()) {
    const keyword = instruction.getKeyword();
    const fail = (why: string): never => {
      throw new Error(`${path}: ${why}: ${instruction.toString()}`);
    };
    if (keyword === 'FROM') {
      stages.push(stageOf(instruction as From, stages, fail));
      continue;
    }
    const stage = stages.at(-1) ?? fail('an instruction before FROM');
    const read = readers[keyword] ?? fail('an instruction that the replay does not know');
    read(stage, instruction, fail);
  }
  return stages;
}

type Fail = (why: string) => never;

function stageOf(from: From, stages: Stage[], fail: Fail): Stage {
  if (from.getFlags().length > 0) fail('a flag that the replay does not know');
  const base = from.getImage() ?? fail('no image');
  const inherited = stages.find(({ name }) => name === base);
  return {
    base,
    name: from.getBuildStage() ?? '',
    steps: [],
    cwd: inherited?.cwd ?? '/',
    env: { ...inherited?.env },
    user: inherited?.user ?? 0,
    entrypoint: [],
    command: [],
    healthcheck: null,
    stopSignal: 'SIGTERM',
    ports: [],
  };
}

const rest = (instruction: Instruction) => instruction.getArgumentsContent() ?? '';
const words = (instruction: Instruction) => instruction.getArguments().map((one) => one.getValue());
/** The exec form, which no shell reads. The library's own values lose their spaces. */
const execOf = (text: string, fail: Fail): string[] =>
  text.startsWith('[') ? (JSON.parse(text) as string[]) : fail('not in exec form');
const hasFlags = (instruction: Instruction) => (instruction as Copy).getFlags().length > 0;

const readers: Record<string, (stage: Stage, instruction: Instruction, fail: Fail) => void> = {
  WORKDIR(stage, instruction) {
    stage.cwd = rest(instruction);
  },
  ENV(stage, instruction) {
    for (const pair of words(instruction)) {
      const [name = '', ...value] = pair.split('=');
      stage.env = { ...stage.env, [name]: value.join('=') };
    }
  },
  USER(stage, instruction, fail) {
    stage.user = /^\d+$/.test(rest(instruction))
      ? Number(rest(instruction))
      : fail('a user without a number');
  },
  EXPOSE(stage, instruction) {
    stage.ports.push(...words(instruction).map(Number));
  },
  STOPSIGNAL(stage, instruction) {
    stage.stopSignal = rest(instruction);
  },
  ENTRYPOINT(stage, instruction, fail) {
    stage.entrypoint = execOf(rest(instruction), fail);
  },
  CMD(stage, instruction, fail) {
    stage.command = execOf(rest(instruction), fail);
  },
  HEALTHCHECK(stage, instruction, fail) {
    stage.healthcheck = execOf(rest(instruction).replace(/^CMD /, ''), fail);
  },
  RUN(stage, instruction, fail) {
    const command = rest(instruction);
    if (hasFlags(instruction) || /^(<<|\[)/.test(command))
      fail('a form of RUN that the replay does not know');
    add(stage, instruction, { does: 'RUN', command: command.replaceAll('\\\n', '') });
  },
  COPY(stage, instruction, fail) {
    const copy = instruction as Copy;
    const from = copy.getFromFlag()?.getValue() ?? null;
    if (copy.getFlags().some((flag) => flag.getName() !== 'from'))
      fail('a flag that the replay does not know');
    const paths = words(instruction).filter((word) => !word.startsWith('--'));
    const to = paths.pop() ?? '';
    if (paths.length === 0) fail('no path');
    add(stage, instruction, { does: 'COPY', from, paths, to });
  },
};

function add(
  stage: Stage,
  instruction: Instruction,
  step: CopyStep | { does: 'RUN'; command: string },
): void {
  const { cwd, env, user } = stage;
  stage.steps.push({ ...step, text: instruction.toString(), cwd, env, user });
}

/** The stage of this name. Throws an Error when there is none. */
export function stageNamed(stages: Stage[], name: string): Stage {
  const found = stages.findLast((one) => one.name === name);
  if (found === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  return found;
}
