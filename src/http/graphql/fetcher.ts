interface Asked {
  query: string;
  variables?: unknown;
  operationName?: string | null;
}

/**
 * Sends the requests of GraphiQL. Its source text runs in the page, so it must not use anything else of this
 * module. Queries are sent by POST, and subscriptions over graphql-transport-ws. The headers are the payload
 * of `connection_init`, since a page cannot set headers of a WebSocket.
 */
export function fetcher(
  { query, variables, operationName }: Asked,
  { headers = {} }: { headers?: Record<string, string> } = {},
) {
  const payload = { query, variables, operationName };
  const isSubscription = operationName
    ? new RegExp(`\\bsubscription\\s+${operationName}\\b`).test(query)
    : /^(\s|#.*)*subscription\b/.test(query);
  if (!isSubscription) {
    const body = JSON.stringify(payload);
    return fetch('/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    }).then((answer) => answer.json());
  }
  return (async function* events() {
    const { protocol, host } = Reflect.get(globalThis, 'location') as { protocol: string; host: string };
    const socket = new WebSocket(
      `${protocol.replace('http', 'ws')}//${host}/graphql`,
      'graphql-transport-ws',
    );
    const queue: { value?: unknown; isLast: boolean }[] = [];
    let wake = () => {};
    const put = (value: unknown, isLast: boolean) => {
      queue.push({ value, isLast });
      wake();
    };
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: 'connection_init', payload: headers });
    socket.onclose = ({ code, reason }) =>
      put({ errors: [{ message: `The connection was closed: ${code} ${reason}` }] }, true);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string; payload?: unknown };
      if (message.type === 'connection_ack') send({ id: '1', type: 'subscribe', payload });
      if (message.type === 'ping') send({ type: 'pong' });
      if (message.type === 'next') put(message.payload, false);
      if (message.type === 'error') put({ errors: message.payload }, true);
      if (message.type === 'complete') put(undefined, true);
    };
    try {
      for (;;) {
        const next = queue.shift();
        if (next?.value !== undefined) yield next.value;
        if (next?.isLast) return;
        if (queue.length === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      socket.close();
    }
  })();
}
