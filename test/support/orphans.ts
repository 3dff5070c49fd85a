import {
  type CallExpression,
  type Expression,
  type Identifier,
  type Node,
  type ParameterDeclaration,
  type PropertyAccessExpression,
  type SourceFile,
  SyntaxKind as Syntax,
  type VariableDeclaration,
} from 'typescript/unstable/ast';
import { API, SignatureKind, type Type } from 'typescript/unstable/sync';
import {
  childrenOf,
  isAccess,
  isCall,
  isConditional,
  isExit,
  isExpression,
  isFunction,
  isHandled,
  isHolding,
  isIdentifier,
  isSuspension,
  keeping,
  methodOf,
  within,
} from './promise-syntax.ts';

/** A place where a promise may reject while nothing handles it. */
export interface Orphan {
  path: string;
  line: number;
  /**
   * `expression`: started before an `await` of the same expression. `variable`: kept in a variable, and
   * something else is awaited, thrown or returned first. `discarded`: nothing ever handles it. `callback`:
   * passed to what ignores the promise of its callback.
   */
  shape: 'expression' | 'variable' | 'discarded' | 'callback';
  text: string;
}

/**
 * The marker in a comment on the line before, followed by the reason why a rejection is harmless or
 * impossible.
 */
const marker = /\/\/ Not awaited: \S/;

/**
 * Finds such places in the files of src, by their types. `texts`: contents of some files; only these are then
 * checked.
 */
export function findOrphans(root: string, texts: Record<string, string> = {}): Orphan[] {
  const api = new API({ cwd: root, fs: { readFile: (path) => texts[path] } });
  try {
    const [project] = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] }).getProjects();
    if (!project) throw new Error('there is no tsconfig.json');
    const { program, checker } = project;
    const known = new Map<Type, boolean>();

    function isPromise(type: Type): boolean {
      const found = known.get(type);
      if (found !== undefined) return found;
      known.set(type, false);
      const name = type.getSymbol()?.name;
      let is = name === 'Promise' || name === 'PromiseLike';
      if (type.isUnionType()) is = type.getTypes().some(isPromise);
      else if (type.isTypeReference() && (checker.isArrayType(type) || checker.isTupleType(type)))
        is = checker.getTypeArguments(type).some(isPromise);
      known.set(type, is);
      return is;
    }

    const ofFile = (file: SourceFile): Orphan[] => {
      const path = file.fileName.slice(root.length + 1);
      const lines = file.text.split('\n');
      const orphans: Orphan[] = [];
      const report = (node: Node, shape: Orphan['shape']) => {
        const line = file.text.slice(0, node.getStart(file)).split('\n').length;
        if (marker.test(lines[line - 2] ?? '') || marker.test(lines[line - 1] ?? '')) return;
        const text = file.text.slice(node.getStart(file), node.end).replace(/\s+/g, ' ').slice(0, 120);
        orphans.push({ path, line, shape, text });
      };

      const all: Node[] = [];
      const collect = (node: Node) => {
        all.push(node);
        childrenOf(node).forEach(collect);
      };
      collect(file);
      const calls = all.filter((node) => isCall(node) || node.kind === Syntax.NewExpression);
      // The promises in a map were started earlier.
      const isFromMap = (node: Node | undefined) =>
        node !== undefined &&
        methodOf(node) === 'get' &&
        typeOfReceiver(node as CallExpression)?.getSymbol()?.name === 'Map';
      const typeOfReceiver = ({ expression }: CallExpression) =>
        checker.getTypeAtLocation((expression as PropertyAccessExpression).expression);
      const promising = new Set(
        checker
          .getTypeAtLocation(calls)
          .flatMap((type, i) => (type && isPromise(type) && !isFromMap(calls[i]) ? [calls[i]] : [])),
      );

      /** The promises that a piece of an expression has started and not handled. */
      function startedIn(node: Node): Node[] {
        if (isFunction(node) || isSuspension(node) || isHandled(node)) return [];
        return promising.has(node) ? [node] : childrenOf(node).flatMap(startedIn);
      }
      const isStarted = (node: Node) => startedIn(node).length > 0;
      const suspends = (node: Node) => !isFunction(node) && within(node).some(isSuspension);

      /**
       * Is the first thing that happens after `start`, in the same function, that what `isReference` finds is
       * handled?
       */
      function isHeldAfter(start: Node, isReference: (node: Node) => boolean): boolean {
        let body = start.parent;
        while (!isFunction(body) && body.kind !== Syntax.SourceFile) body = body.parent;
        let block = start.parent;
        while (block.kind !== Syntax.Block && block !== body) block = block.parent;
        for (const node of within(body)) {
          if (node.pos < start.end) continue;
          if (isReference(node) && isHolding(node, body) && !isConditional(node, block, isReference))
            return true;
          if ((isSuspension(node) || isExit(node)) && !within(node).some(isReference)) return false;
        }
        return false;
      }

      function ofVariable(node: VariableDeclaration): void {
        const { name, initializer } = node;
        if (!initializer || !isIdentifier(name) || isSuspension(initializer) || isFunction(initializer))
          return;
        const isName = (one: Node): one is Identifier => isIdentifier(one) && one.text === name.text;
        if (initializer.getText(file).startsWith('Promise.withResolvers')) {
          const members = all.filter(
            (one) => isAccess(one) && isName(one.expression),
          ) as PropertyAccessExpression[];
          const isPromiseOf = (one: Node) =>
            isAccess(one) && isName(one.expression) && one.name.text === 'promise';
          if (members.some((one) => one.name.text === 'reject') && !isHeldAfter(node, isPromiseOf))
            report(node, 'variable');
        } else if (isStarted(initializer) && !/^Promise\.resolve\b/.test(initializer.getText(file))) {
          const type = checker.getTypeAtLocation(name);
          if (type && isPromise(type) && !isHeldAfter(node, isName)) report(node, 'variable');
        }
      }

      function ofParameter(node: ParameterDeclaration): void {
        const { name } = node;
        const type = isIdentifier(name) && checker.getTypeAtLocation(name);
        if (
          type &&
          isPromise(type) &&
          !isHeldAfter(node, (one) => isIdentifier(one) && one.text === name.text)
        )
          report(node, 'variable');
      }

      function ofAssignment(target: Expression, value: Expression): void {
        const type = isStarted(value) && checker.getTypeAtLocation(value);
        const text = target.getText(file);
        if (
          type &&
          isPromise(type) &&
          !isHeldAfter(value, (one) => one.kind === target.kind && one.getText(file) === text)
        )
          report(value, 'variable');
      }

      function ofCallback(argument: Node): void {
        if (!isFunction(argument) && !isIdentifier(argument) && !isAccess(argument)) return;
        const [type, wanted] = [
          checker.getTypeAtLocation(argument),
          checker.getContextualType(argument as Expression),
        ];
        const answers = (of: Type) =>
          checker
            .getSignaturesOfType(of, SignatureKind.Call)
            .map((one) => checker.getReturnTypeOfSignature(one));
        if (!type || !wanted || !answers(type).some((one) => one && isPromise(one))) return;
        const expected = answers(wanted);
        const isIgnored = expected.length > 0 && expected.every((one) => one === checker.getVoidType());
        if (isIgnored && !(isFunction(argument) && isHandled(childrenOf(argument).at(-1) as Node)))
          report(argument, 'callback');
      }

      for (const node of all) {
        const parts = childrenOf(node);
        if (isExpression(node)) {
          const started = parts.findIndex(isStarted);
          if (started >= 0 && parts.slice(started + 1).some(suspends)) report(node, 'expression');
        }
        if (node.kind === Syntax.VariableDeclaration) ofVariable(node as VariableDeclaration);
        if (node.kind === Syntax.Parameter && isFunction(node.parent))
          ofParameter(node as ParameterDeclaration);
        if (node.kind === Syntax.BinaryExpression) {
          const [target, operator, value] = parts as [Expression, Node, Expression];
          if (operator.kind >= Syntax.FirstAssignment && operator.kind <= Syntax.LastAssignment)
            ofAssignment(target, value);
        }
        if (isCall(node) || node.kind === Syntax.NewExpression) {
          const given = (node as CallExpression).arguments ?? [];
          // Fastify awaits its plugins.
          if (methodOf(node) !== 'register') for (const argument of given) ofCallback(argument);
          if (keeping.has(methodOf(node) ?? '') && given.some(isStarted)) report(node, 'discarded');
        }
        if (node.kind === Syntax.ExpressionStatement || node.kind === Syntax.VoidExpression) {
          const [value] = parts;
          if (value && promising.has(value) && !isHandled(value)) report(node, 'discarded');
        }
      }
      return orphans;
    };

    const some = Object.keys(texts);
    const isOurs = (name: string) =>
      some.length > 0
        ? some.includes(name)
        : /^\/(src|dev\/(?!bench))/.test(name.slice(root.length)) && !name.includes('/generated/');
    return program
      .getSourceFileNames()
      .filter(isOurs)
      .flatMap((name) => ofFile(program.getSourceFile(name) as SourceFile));
  } finally {
    api.close();
  }
}
