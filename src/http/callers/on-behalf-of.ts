import { Fault } from '../../fault.ts';
import type { Person } from '../../schema/caller.ts';

/** Of an issuer, a subject and a group, as in an access token. */
const maxLength = 256;
const maxGroups = 100;

/**
 * The person on whose behalf a request is made: `On-Behalf-Of: ISSUER|SUBJECT`, and the person's groups,
 * `On-Behalf-Of-Groups: a,b`. Null: the request names nobody. `headers` are the raw ones, because Node joins or
 * drops those that come twice. Fault: INVALID_INPUT.
 */
export function readOnBehalfOf(headers: readonly string[]): Person | null {
  const valuesOf = (name: string) =>
    headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name);
  const [named, ...more] = valuesOf('on-behalf-of');
  const [listed, ...moreListed] = valuesOf('on-behalf-of-groups');
  if (named === undefined) {
    if (listed !== undefined)
      throw invalid('On-Behalf-Of-Groups needs On-Behalf-Of: ISSUER|SUBJECT beside it.');
    return null;
  }
  if (more.length > 0 || moreListed.length > 0)
    throw invalid('Send On-Behalf-Of and On-Behalf-Of-Groups once each.');
  // The first bar: a URL has none. Subjects may have some, such as auth0|42.
  const at = named.indexOf('|');
  const [issuer, subject] = [named.slice(0, Math.max(at, 0)), named.slice(at + 1)];
  // Only a URL: the issuer of service tokens, which are no people, is none.
  if (!isName(issuer) || !URL.canParse(issuer) || !isName(subject))
    throw invalid(
      `On-Behalf-Of must be ISSUER|SUBJECT: a URL and a name, each of at most ${maxLength} printable ASCII characters, such as https://portal.example|user:default/jane.`,
    );
  const groups = (listed ?? '').split(',').flatMap((group) => group.trim() || []);
  if (groups.length > maxGroups || !groups.every(isName))
    throw invalid(
      `On-Behalf-Of-Groups must be at most ${maxGroups} names with commas between, each of at most ${maxLength} printable ASCII characters.`,
    );
  return { actor: { subject, issuer }, groups };
}

const isName = (text: string) =>
  text.length <= maxLength && /^[\x20-\x7e]+$/.test(text) && text.trim() === text;

const invalid = (message: string) => new Fault('INVALID_INPUT', message);
