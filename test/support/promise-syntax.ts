import {
  type CallExpression,
  type Identifier,
  type IfStatement,
  type Node,
  type PropertyAccessExpression,
  SyntaxKind as Syntax,
} from 'typescript/unstable/ast';

// Questions about promises that the syntax answers: the order of execution, and the handling of rejections.

const functions = new Set([
  Syntax.ArrowFunction,
  Syntax.FunctionExpression,
  Syntax.FunctionDeclaration,
  Syntax.MethodDeclaration,
  Syntax.Constructor,
  Syntax.GetAccessor,
  Syntax.SetAccessor,
]);
export const isFunction = (node: Node) => functions.has(node.kind);
export const isSuspension = ({ kind }: Node) =>
  kind === Syntax.AwaitExpression || kind === Syntax.YieldExpression;
export const isExit = ({ kind }: Node) => kind === Syntax.ThrowStatement || kind === Syntax.ReturnStatement;
export const isCall = (node: Node): node is CallExpression => node.kind === Syntax.CallExpression;
export const isAccess = (node: Node): node is PropertyAccessExpression =>
  node.kind === Syntax.PropertyAccessExpression;
const isToken = ({ kind }: Node) => kind === Syntax.QuestionToken || kind === Syntax.ColonToken;
export const isIdentifier = (node: Node): node is Identifier => node.kind === Syntax.Identifier;

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  node.forEachChild((child) => void children.push(child));
  return children;
}

/**
 * The node and its descendants, in the order of the text. The bodies of functions are left out: they run
 * later.
 */
export const within = (node: Node): Node[] => [
  node,
  ...childrenOf(node).flatMap((child) => (isFunction(child) ? [] : within(child))),
];

/** The method that is called on something, `then` of `x.then(y)`. */
export const methodOf = (node: Node) =>
  isCall(node) && isAccess(node.expression) ? node.expression.name.text : null;

/** Is a rejection handled in the same chain? */
export function isHandled(node: Node): boolean {
  if (isCall(node) && isIdentifier(node.expression) && node.expression.text === 'awaitLater') return true;
  const method = methodOf(node);
  if (method === 'catch' || (method === 'then' && (node as CallExpression).arguments.length === 2))
    return true;
  return (
    method === 'finally' &&
    isHandled(((node as CallExpression).expression as PropertyAccessExpression).expression)
  );
}

export const keeping = new Set(['add', 'set', 'push', 'unshift']);

/** Does this reference to a promise handle its rejection immediately? */
export function isHolding(reference: Node, until: Node): boolean {
  for (let node = reference; node !== until; node = node.parent) {
    const { parent } = node;
    if (isSuspension(parent) || parent.kind === Syntax.ReturnStatement) return true;
    if (isFunction(parent)) return parent.kind === Syntax.ArrowFunction;
    if (isAccess(parent) && parent.expression === node)
      return ['then', 'catch', 'finally'].includes(parent.name.text);
    if (isCall(parent) && parent.expression !== node) return !keeping.has(methodOf(parent) ?? '');
  }
  return false;
}

/** Does something `isWanted` run on only some paths through `block`? */
export function isConditional(node: Node, block: Node, isWanted: (node: Node) => boolean): boolean {
  for (let inner = node; inner !== block && inner.parent; inner = inner.parent) {
    const { parent } = inner;
    if (parent.kind === Syntax.IfStatement && (parent as IfStatement).expression !== inner) return true;
    const [condition, ...branches] =
      parent.kind === Syntax.ConditionalExpression ? childrenOf(parent) : [inner];
    if (condition !== inner && !branches.every((one) => isToken(one) || within(one).some(isWanted)))
      return true;
    if ([Syntax.CatchClause, Syntax.CaseClause, Syntax.DefaultClause].includes(parent.kind)) return true;
  }
  return false;
}

/** Are its parts evaluated one after another, as one expression? */
export const isExpression = ({ kind }: Node) =>
  kind !== Syntax.ConditionalExpression && kind !== Syntax.VariableDeclarationList && !statements(kind);
const statements = (kind: Syntax) =>
  kind === Syntax.SourceFile ||
  (kind >= Syntax.FirstStatement && kind <= Syntax.LastStatement) ||
  kind === Syntax.Block;
