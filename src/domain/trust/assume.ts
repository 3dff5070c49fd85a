import type { Line, SourceTest } from './condition/source-test.ts';
import type { TrustReading } from './reading.ts';

/**
 * The same policy if every condition of unknown outcome held and every value matched all that it may. A test
 * of aws:SourceArn that cannot be read stays unknown.
 */
export function assuming(reading: TrustReading): TrustReading {
  const isReadable = reading.statements.every((s) => s.effect === 'Deny' || s.unprovable.length === 0);
  if (isReadable) return reading;
  const statements = reading.statements.map((s) =>
    s.effect === 'Allow' ? { ...s, sourceTests: s.sourceTests.map(assumeTest) } : s,
  );
  const reliable = statements.filter(
    (s) => s.effect === 'Allow' && s.isNamed && s.others !== 'FAILS' && !s.isOpaque,
  );
  return { ...reading, statements, reliable, allowed: new Map() };
}

/** A negated test excludes what it is known to match, and nothing of what it may match. */
function assumeTest({ prefixIndex: _, ...test }: SourceTest): SourceTest {
  const isUnread = (line: Line) => line.read !== null && line.read.sure === null;
  if (test.isNegated) return { ...test, lines: test.lines.filter((line) => !isUnread(line)) };
  return {
    ...test,
    lines: test.lines.map((line) =>
      line.read && isUnread(line) ? { ...line, read: { ...line.read, sure: line.read.most } } : line,
    ),
  };
}
