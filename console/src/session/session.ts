import { useSyncExternalStore } from 'react';
import { type ConsoleConfig, loadConfig } from './config.ts';
import { connectIssuer, type Issuer, type Tokens } from './issuer.ts';

// Who is signed in. Tokens stay in memory: a page that is loaded again asks the issuer for others.

export type SessionState =
  /** Nobody has signed in. `fault`: why the last try failed. */
  | { kind: 'signed-out'; fault: string | null }
  /** `isOpen`: the service asks nobody to sign in (AUTH=none). */
  | { kind: 'signed-in'; isOpen: boolean }
  /** The session ended while the page was open. */
  | { kind: 'ended' };

/** Says that somebody signed in on this tab, so that a page that is loaded again may ask silently. */
const wasHereKey = 'rolewright.was-here';
/** A token is renewed so long before it ends. */
const marginMs = 30_000;

let config: ConsoleConfig | null = null;
let issuer: Issuer | null = null;
let tokens: Tokens | null = null;
let renewal: Promise<Tokens | null> | null = null;
let state: SessionState = { kind: 'signed-out', fault: null };
const listeners = new Set<() => void>();

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useSession = (): SessionState => useSyncExternalStore(subscribe, () => state);

export const consoleConfig = (): ConsoleConfig => {
  if (config === null) throw new Error('the session was not opened');
  return config;
};

/**
 * Opens the session at the start of the page: takes what the issuer answered, or asks it silently.
 *
 * @returns false while the browser leaves for the issuer.
 */
export async function openSession(): Promise<boolean> {
  config = await loadConfig();
  if (config.issuer === null) {
    become({ kind: 'signed-in', isOpen: true });
    return true;
  }
  const address = new URL(location.href);
  const isAnswer =
    address.pathname === '/sign-in' &&
    (address.searchParams.has('code') || address.searchParams.has('error'));
  const wasHere = sessionStorage.getItem(wasHereKey) !== null;
  if (!isAnswer && !wasHere) return true;
  try {
    issuer = await connectIssuer(config);
    if (!isAnswer) {
      await issuer.send({ prompt: 'none', returnTo: address.pathname + address.search + address.hash });
      return false;
    }
    const received = await issuer.receive(address);
    if (received === null) sessionStorage.removeItem(wasHereKey);
    else enter(received.tokens);
    // The router keeps its own state there, such as the key of the place to scroll to.
    history.replaceState(history.state, '', received?.returnTo ?? '/');
  } catch (error) {
    sessionStorage.removeItem(wasHereKey);
    history.replaceState(history.state, '', '/sign-in');
    become({ kind: 'signed-out', fault: error instanceof Error ? error.message : String(error) });
  }
  return true;
}

function enter(next: Tokens): void {
  tokens = next;
  sessionStorage.setItem(wasHereKey, '1');
  become({ kind: 'signed-in', isOpen: false });
}

/** Sends the browser to the issuer, and afterwards back to this page. `user`: who, where the issuer takes a hint. */
export async function signIn(user?: string): Promise<void> {
  const { pathname, search, hash } = location;
  try {
    issuer ??= await connectIssuer(consoleConfig());
    const returnTo = pathname === '/sign-in' ? '/' : pathname + search + hash;
    await issuer.send({ user, returnTo, ...(user && { prompt: 'login' as const }) });
  } catch (error) {
    become({ kind: 'signed-out', fault: error instanceof Error ? error.message : String(error) });
  }
}

export function signOut(): void {
  const before = tokens;
  tokens = null;
  sessionStorage.clear();
  issuer?.signOut(before);
}

/** The token of a request, renewed when it is about to end or was refused. `undefined` with AUTH=none. */
export async function token({ isRejected }: { isRejected: boolean }): Promise<string> {
  if (tokens === null) return '';
  if (isRejected || tokens.expiresAt - Date.now() < marginMs) await renew();
  return tokens.accessToken;
}

/** One renewal at a time: a refresh token counts once. */
async function renew(): Promise<void> {
  const before = tokens;
  if (before?.refreshToken === undefined || issuer === null) {
    end();
    return;
  }
  renewal ??= issuer.refresh(before).finally(() => {
    renewal = null;
  });
  // An issuer that cannot be asked says nothing about the session: the old token may still count.
  const renewed = await renewal.catch(() => before);
  if (renewed === null) end();
  else tokens = renewed;
}

/** The service, or the issuer, takes the tokens no more. */
export function end(): void {
  if (state.kind === 'signed-in' && !state.isOpen) become({ kind: 'ended' });
}
