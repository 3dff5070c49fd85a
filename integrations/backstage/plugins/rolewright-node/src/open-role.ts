import type {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult, type ResourcePermission } from '@backstage/plugin-permission-common';
import { accountAnnotations, type Role, roleAnnotation, roleOf } from 'backstage-plugin-rolewright-common';
import { type Client, createClient } from 'rolewright-client';
import type { Settings } from './config.ts';
import type { Credential } from './credential.ts';
import { RolewrightError } from './error.ts';
import { onBehalfOf } from './person.ts';

type EntityPermission = ResourcePermission<'catalog-entity'>;
export type RoleName = Omit<Role, 'roleArn'>;

/** The role of an entity, opened for one person. */
export interface OpenRole extends RoleName {
  /** The person: a user entity ref. */
  personRef: string;
  /** The full ref of the entity. */
  entityRef: string;
  /** Calls Rolewright with the plugin's credential, on behalf of the person. */
  client: Client;
  /** Of Rolewright's console, without a slash at its end. Null: none is configured. */
  publicUrl: string | null;
  /** Whether Backstage permits it to the person. */
  isPermitted(permission: EntityPermission): Promise<boolean>;
}

export interface OpenRequest {
  /** Of a signed-in person. A service is refused: nobody would be named in the history. */
  credentials: BackstageCredentials;
  entityRef: string;
  permission: EntityPermission;
}

export interface Backstage {
  auth: AuthService;
  catalog: CatalogService;
  permissions: PermissionsService;
  userInfo: UserInfoService;
}

const version = '0.2.0';

/**
 * Opens the role that an entity names. The entity is read with the person's own credentials, so that nobody learns
 * of an entity that the catalog hides. Its annotations name the account and the role, never the request.
 */
export async function openRole(
  { auth, catalog, permissions, userInfo }: Backstage,
  { settings, credential }: { settings: Settings; credential: Credential },
  { credentials, entityRef: given, permission }: OpenRequest,
): Promise<OpenRole> {
  if (!auth.isPrincipal(credentials, 'user')) throw noPerson();
  const person: BackstageCredentials<BackstageUserPrincipal> = credentials;
  const entityRef = fullRefOf(given);
  const entity = await catalog.getEntityByRef(entityRef, { credentials });
  if (!entity)
    throw new RolewrightError('NO_ENTITY', 404, {
      message: `The catalog shows you no entity ${entityRef}.`,
      remedy: 'Correct the entity ref, or ask the owner of the entity for access.',
    });
  const isPermitted = async (one: EntityPermission) => {
    const [decision] = await permissions.authorize([{ permission: one, resourceRef: entityRef }], {
      credentials,
    });
    return decision?.result === AuthorizeResult.ALLOW;
  };
  if (!(await isPermitted(permission)))
    throw new RolewrightError('NOT_PERMITTED', 403, {
      message: `Backstage does not permit ${permission.name} of ${entityRef} to you.`,
      remedy: 'Ask an administrator of Backstage for the permission.',
    });
  const role = validated(roleOf(entity), entityRef);
  const headers = onBehalfOf(settings, await userInfo.getUserInfo(credentials));
  const client = createClient({
    url: settings.baseUrl,
    token: credential.createTokenSource(),
    headers: { 'user-agent': `rolewright-backstage/${version}`, ...headers },
    retries: 2,
  });
  const { userEntityRef: personRef } = person.principal;
  return { ...role, entityRef, personRef, client, publicUrl: settings.publicUrl, isPermitted };
}

export const noPerson = (): RolewrightError =>
  new RolewrightError('NO_PERSON', 403, {
    message: 'Rolewright needs a signed-in person.',
    remedy: 'Sign in to Backstage as yourself, and not with a token of a service.',
  });

function fullRefOf(given: string): string {
  const invalid = () =>
    new RolewrightError('INVALID_INPUT', 400, {
      message: 'The entity ref is not one.',
      remedy: 'Send one such as component:default/payments.',
    });
  // It becomes part of messages and of lines in logs.
  if (!/^[^\s\p{Cc}\p{Cf}]{1,300}$/u.test(given)) throw invalid();
  try {
    return stringifyEntityRef(parseEntityRef(given));
  } catch {
    throw invalid();
  }
}

/** Whoever writes the entity writes the annotations. They become parts of a path. */
function validated(role: RoleName | null, entityRef: string): RoleName {
  if (!role)
    throw new RolewrightError('NO_ANNOTATION', 404, {
      message: `The entity ${entityRef} names no pod execution role.`,
      remedy: `Give it the annotations ${accountAnnotations[0]} and ${roleAnnotation}.`,
    });
  const invalid = (annotation: string, what: string) =>
    new RolewrightError('INVALID_ANNOTATION', 422, {
      message: `The annotation ${annotation} of ${entityRef} is not ${what}.`,
      remedy: 'Correct it in the file that the entity comes from.',
    });
  if (!/^\d{12}$/.test(role.accountId))
    throw invalid(accountAnnotations[0], 'an AWS account ID of 12 digits');
  if (!/^[A-Za-z0-9_+=,.@-]{1,64}$/.test(role.roleName))
    throw invalid(roleAnnotation, 'the name of an IAM role without its path');
  return role;
}
