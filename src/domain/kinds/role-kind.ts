import type { Partition } from '../../schema/primitives.ts';

/** The form of the ARN that a service sends as `aws:SourceArn`, in terms of a cluster's name. */
export interface SourceForm {
  /** The name of a source in a sentence. */
  noun: string;
  /** The third component of the ARN. */
  service: string;
  /** The text of the resource part before the cluster's name. */
  beforeName: string;
  /** The text that follows the name in every source ARN of the cluster. */
  afterName: string;
  /** The parts after it that differ between the sources of one cluster. Empty: each cluster has one source. */
  rest: readonly SourcePiece[];
  /** The text that replaces `rest` in a line that covers the whole cluster. */
  restInLine: string;
  /** The resource part as it is shown to people. */
  shown: string;
  /**
   * Resources that people write by mistake, by how they begin, with the sentence that explains the mistake.
   */
  mistakes: readonly { begins: string; explanation: string }[];
}

/** A name has letters, digits, - and _, and begins with a letter or digit. */
export type SourcePiece = 'NAME' | 'UUID' | '/';

/** A source form with the expressions that recognize it. They are compiled once, not for each line. */
export interface Source extends SourceForm {
  /** A line as `lineFor` writes it: partition, Region and account are its groups. */
  usualLine: RegExp;
  /** A resource part that names a cluster: the name is its group. */
  namedResource: RegExp;
  /** A value that names a cluster anywhere: the name is its group. */
  namedAnywhere: RegExp;
  /** Texts that can follow `afterName` in a source ARN. */
  restShape: RegExp;
  /** The resource part of a source of any cluster. */
  resourceShape: RegExp;
  /** One text that `rest` can be. */
  restExample: string;
}

/** A kind of role that an AWS service assumes: all that differs between kinds, as data. */
export interface RoleKind {
  /** The name of such a role in a sentence. */
  noun: string;
  /** AWS's page about it. */
  documentation: string;
  /** The service that assumes the role, as `Principal.Service` names it. */
  principal: (partition: Partition) => string;
  /** The short name of the service that sends the request, for sentences. */
  caller: string;
  /** The actions that the trust statement allows. */
  actions: readonly string[];
  source: Source;
  /** ARNs of the managed policies that the role must have. */
  requiredPolicies: (partition: Partition) => readonly string[];
  /** The usual purpose of further policies of such a role. */
  usualExtras: string;
  /** The name of a new role when the request gives none. */
  usualName: string;
  /** Names by which people call such roles. */
  usualNames: RegExp;
  /** Names for the role in code that a patch shows. */
  codeNames: { snake: string; pascal: string };
  /** How a person can try whether the role works, as an imperative. */
  trial: string;
}

const escapeText = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const name = '[0-9A-Za-z][0-9A-Za-z_-]*';
const shapes: Record<SourcePiece, string> = {
  NAME: name,
  UUID: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  '/': '/',
};
const examples: Record<SourcePiece, string> = {
  NAME: 'Q',
  UUID: '77777777-7777-7777-7777-777777777777',
  '/': '/',
};

export function createSource(form: SourceForm): Source {
  const { service, beforeName, afterName, rest, restInLine } = form;
  const restShape = rest.map((piece) => shapes[piece]).join('');
  const lineEnd = escapeText(afterName + restInLine);
  return {
    ...form,
    usualLine: new RegExp(
      `^arn:([a-z-]+):${escapeText(service)}:([a-z0-9-]+):(\\d{12}):${escapeText(beforeName)}${name}${lineEnd}$`,
    ),
    namedResource: new RegExp(`^${escapeText(beforeName)}([^/]+)(\\/.*)?$`),
    namedAnywhere: new RegExp(`:${escapeText(beforeName)}([^/]+)`),
    restShape: new RegExp(`^${restShape}$`),
    resourceShape: new RegExp(`^${escapeText(beforeName)}${name}${escapeText(afterName)}${restShape}$`),
    restExample: rest.map((piece) => examples[piece]).join(''),
  };
}
