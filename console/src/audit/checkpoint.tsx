import { Copyable } from '../ui/text/copyable.tsx';
import { Facts } from '../ui/text/facts.tsx';
import { Time } from '../ui/text/time.tsx';
import { entry, type Verification } from './verified.ts';

/** The newest checkpoint that the log was compared with. */
export function Checkpoint({ checkpoint }: { checkpoint: Verification['checkpoint'] }) {
  if (!checkpoint)
    return (
      <p>
        This service signs no checkpoints, so nobody outside can verify the log. Set{' '}
        <code>AUDIT_SIGNING_KEY</code>: docs/settings.md says how.
      </p>
    );
  const { seq, at, keyId, origin, hash } = checkpoint;
  return (
    <Facts
      facts={[
        ['Newest checkpoint', `entry ${entry(seq)}`],
        ['Signed', <Time key="at" at={at} />],
        ['By the key', <Copyable key="key" text={keyId} name="the ID of the key" />],
        ['Log', <Copyable key="origin" text={origin} name="the name of the log" />],
        ['Hash of the entry', <Copyable key="hash" text={hash} name="the hash" />],
      ]}
    />
  );
}
