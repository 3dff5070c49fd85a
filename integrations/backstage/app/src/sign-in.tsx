import { ProxiedSignInPage } from '@backstage/core-components';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';

/** The backend knows who it is by a header, as behind an authenticating proxy. The test's browser sends it. */
export const signIn = createFrontendModule({
  pluginId: 'app',
  extensions: [
    SignInPageBlueprint.make({
      params: {
        loader: async () => (props) => <ProxiedSignInPage {...props} provider="oauth2Proxy" />,
      },
    }),
  ],
});
