import { Link } from '@tanstack/react-router';
import { type Change, sentenceOf } from './sentence.ts';

/** A change in a sentence. What was done leads to the change; role and account lead to theirs. */
export function ChangeSentence({ change, isHere = false }: { change: Change; isHere?: boolean }) {
  const { actor, deed, joint, roleName, accountId, rest } = sentenceOf(change);
  return (
    <>
      {actor}{' '}
      {isHere ? (
        deed
      ) : (
        <Link to="/history/$changeId" params={{ changeId: change.id }}>
          {deed}
        </Link>
      )}{' '}
      {joint && `${joint} `}
      <Link to="/roles/$accountId/$roleName" params={{ accountId, roleName }}>
        {roleName}
      </Link>{' '}
      in{' '}
      <Link to="/roles/$accountId" params={{ accountId }}>
        {accountId}
      </Link>
      {rest}
    </>
  );
}
