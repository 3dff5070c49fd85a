import { Link } from '@tanstack/react-router';
import { Problem } from 'rolewright-client';

/** Leads to the entry in the history of a change that failed half-way. */
export function ChangeLink({ error }: { error: unknown }) {
  const change = error instanceof Problem ? error.change : undefined;
  if (!change) return null;
  return (
    <p>
      <Link to="/history/$changeId" params={{ changeId: change.id }}>
        Read what was done
      </Link>
    </p>
  );
}
