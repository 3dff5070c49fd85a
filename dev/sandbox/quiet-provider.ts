import Provider, { interactionPolicy } from 'oidc-provider';

// oidc-provider warns of what is only for development, as all of the sandbox's issuer is. It writes to the console,
// and has no option to leave that out. A module runs once, so the console is wrapped once.
for (const level of ['info', 'warn'] as const) {
  const write = console[level];
  console[level] = (...given: unknown[]) => {
    if (!String(given[0]).includes('oidc-provider ')) write(...given);
  };
}

export { interactionPolicy, Provider };
