// The package has no types. These are the parts that the sandbox uses.
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  interface Session {
    uid?: string;
    accountId?: string;
    authorizations: object;
    grantIdFor(clientId: string): string | undefined;
    loginAccount(login: { accountId: string }): void;
    persist(): Promise<unknown>;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Params {
    client_id?: string;
    login_hint?: string;
  }

  export interface Interaction {
    prompt: { name: string };
    params: Params;
    session?: { uid?: string };
  }

  /** Koa's context, with what the issuer adds. */
  export interface Context {
    method: string;
    path: string;
    req: IncomingMessage;
    res: ServerResponse;
    body: string;
    redirect(url: string): void;
    oidc: {
      provider: Provider;
      client: { clientId: string };
      params: Params;
      session: Session;
      result?: { consent?: { grantId?: string } };
    };
  }

  interface Checks {
    add(check: object): void;
    remove(reason: string): void;
  }

  export interface InteractionPolicy {
    base(): { get(prompt: 'login' | 'consent'): { checks: Checks } };
    Check: new (reason: string, description: string, check: (ctx: Context) => boolean) => object;
  }

  export const interactionPolicy: InteractionPolicy;

  export default class Provider {
    constructor(issuer: string, configuration: object);
    Session: { findByUid(uid: string): Promise<Session | undefined> };
    Grant: {
      new (of: { accountId: string | undefined; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    callback(): RequestListener;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionResult(req: IncomingMessage, res: ServerResponse, result: object): Promise<string>;
  }
}
