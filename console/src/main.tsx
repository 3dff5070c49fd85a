import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './api.ts';
import { router } from './app/router.tsx';
import { openSession } from './session/session.ts';
import './style/base.css';
import { FaultNote } from './ui/fault.tsx';

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no element #root');
const page = createRoot(place);
const show = (content: React.ReactNode) => page.render(<StrictMode>{content}</StrictMode>);

openSession().then(
  (isHere) => {
    if (isHere)
      show(
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>,
      );
  },
  (error: unknown) => show(<FaultNote error={error} onRetry={() => location.reload()} />),
);
