import { unobserved } from '../observe.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Roles } from '../ports/roles.ts';
import { type ClientOptions, createClients } from './clients.ts';
import { createClusters } from './clusters/clusters.ts';
import { createRoles } from './roles/roles.ts';
import { createCalls } from './sessions/calls.ts';
import { type Attachable, createSessions } from './sessions/sessions.ts';

export interface AwsOptions extends ClientOptions {
  now: () => Date;
  /** Gives sessions a source identity and tags, which member roles have to allow. False by default. */
  sourceIdentity?: boolean;
  attachable?: Attachable;
}

export interface Aws {
  roles: Roles;
  clusters: Clusters;
  /** Ends the connections. */
  close(): void;
}

/** IAM and EKS in every registered account, through the same sessions and connections. */
export function createAws({ now, sourceIdentity = false, attachable, ...options }: AwsOptions): Aws {
  const clients = createClients(options);
  const { observer = unobserved } = options;
  const sessions = createSessions({
    ...{ clients, now, sourceIdentity, observer },
    ...(attachable && { attachable }),
  });
  const calls = createCalls(sessions);
  return {
    roles: createRoles({ now, clients, sessions, calls }),
    clusters: createClusters({ clients, calls }),
    close: () => clients.close(),
  };
}
