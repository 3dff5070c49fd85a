import Type from 'typebox';
import { refuse } from './aws-error.ts';
import type { Account, OidcProvider } from './model.ts';
import { reads, writes } from './operation.ts';
import { Arn } from './shapes.ts';
import { list, value } from './xml.ts';

// IAM's OpenID Connect providers. A cluster's issuer is one once somebody has registered it: then pods can
// have roles of their own.

/** The provider of an issuer, as IAM names it. */
export const oidcProvider = (account: Account, url: string, createdAt: number): OidcProvider => ({
  arn: `arn:${account.partition}:iam::${account.accountId}:oidc-provider/${url.replace(/^https:\/\//, '')}`,
  url,
  createdAt,
});

export const oidcOperations = {
  // It has no pages: an account has at most a hundred providers.
  ListOpenIDConnectProviders: reads(Type.Object({}), ({ account }) =>
    list('OpenIDConnectProviderList', [...account.oidcProviders.keys()].sort(), (arn) => value('Arn', arn)),
  ),

  CreateOpenIDConnectProvider: writes(
    Type.Object({ Url: Type.String({ minLength: 1, maxLength: 255 }) }),
    ({ state, account }, { Url }) => {
      if (!/^https:\/\/[^/?#]+(\/[^?#]*)?$/.test(Url))
        throw refuse('ValidationError', 'Invalid Open ID Connect Provider URL');
      const provider = oidcProvider(account, Url, state.now());
      if (account.oidcProviders.has(provider.arn))
        throw refuse('EntityAlreadyExists', `Provider with url ${Url} already exists.`);
      account.oidcProviders.set(provider.arn, provider);
      return value('OpenIDConnectProviderArn', provider.arn);
    },
  ),

  DeleteOpenIDConnectProvider: writes(
    Type.Object({ OpenIDConnectProviderArn: Arn }),
    ({ account }, { OpenIDConnectProviderArn: arn }) => {
      // IAM does not fail where there is none.
      account.oidcProviders.delete(arn);
      return null;
    },
  ),
};
