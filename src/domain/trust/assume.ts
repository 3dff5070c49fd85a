import type { Line, SourceTest } from './condition/source-test.ts';
import type { TrustReading } from './reading.ts';

/**
 * The same policy, were every condition known to hold that cannot be known, and did every value match all that it may; but what
 * an unreadable test of aws:SourceArn lets in stays unknown.
 */
export function assuming(reading: TrustReading): TrustReading {
  const isReadable = reading.statements.every((s) => s.effect === 'Deny' || s.unprovable.length === 0);
  if (isReadable) return reading;
  const statements = reading.statements.map((s) => (s.effect === 'Allow' ? { ...s, sourceTests: s.sourceTests.map(assumeTest) } : s));
  const reliable = statements.filter((s) => s.effect === 'Allow' && s.named && s.others !== 'FAILS' && !s.opaque);
  return { ...reading, statements, reliable, allowed: new Map() };
}

/** A negated test keeps out what is known: of what it may keep out, nothing. */
function assumeTest({ prefixIndex: _, ...test }: SourceTest): SourceTest {
  const isUnread = (line: Line) => line.read !== null && line.read.sure === null;
  if (test.negated) return { ...test, lines: test.lines.filter((line) => !isUnread(line)) };
  return {
    ...test,
    lines: test.lines.map((line) => (line.read && isUnread(line) ? { ...line, read: { ...line.read, sure: line.read.most } } : line)),
  };
}
