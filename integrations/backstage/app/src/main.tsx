import '@backstage/ui/css/styles.css';
import { createApp } from '@backstage/frontend-defaults';
import catalog from '@backstage/plugin-catalog/alpha';
import scaffolder from '@backstage/plugin-scaffolder/alpha';
import userSettings from '@backstage/plugin-user-settings/alpha';
import rolewright from 'backstage-plugin-rolewright';
import { createRoot } from 'react-dom/client';
import { signIn } from './sign-in.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  createApp({ features: [catalog, scaffolder, userSettings, rolewright, signIn] }).createRoot(),
);
