import { Link, Text } from '@backstage/ui';
import type { Change } from 'backstage-plugin-rolewright-common';
import { PlainList } from '../text/plain-list.tsx';
import { Time } from '../text/time.tsx';
import { changeText } from '../text/words.ts';

/** The last changes of the role, the newest first. Null: the person may not see them. */
export function ChangeList({ changes }: { changes: Change[] | null }) {
  if (changes === null) return <Text>You may not see the history of this role.</Text>;
  if (changes.length === 0) return <Text>Rolewright has not changed this role.</Text>;
  return (
    <PlainList
      label="Last changes"
      items={changes.map((change) => [change.id, <ChangeLine key="" change={change} />])}
    />
  );
}

function ChangeLine({ change }: { change: Change }) {
  return (
    <>
      <Text as="p" style={{ margin: 0 }}>
        {change.url ? (
          <Link href={change.url} target="_blank" rel="noopener noreferrer">
            {changeText(change)}
          </Link>
        ) : (
          changeText(change)
        )}
      </Text>
      <Text as="p" variant="body-small" color="secondary" style={{ margin: 0 }}>
        <Time at={change.at} />
        {change.reason && ` · ${change.reason}`}
      </Text>
    </>
  );
}
