/** What a user has to give. */
const least = {
  image: { repository: 'registry.example/rolewright' },
  config: { OIDC_ISSUER: 'https://id.example/realms/platform', OIDC_AUDIENCE: 'rolewright' },
  secret: { existingSecret: 'rolewright' },
  migration: { existingSecret: 'rolewright-owner' },
};

/** Values for which the chart is rendered, and the kinds that it then makes. */
export const goodValues: Record<string, { values: object; kinds: string[] }> = {
  default: {
    values: least,
    kinds: [
      'Deployment',
      'Job',
      'NetworkPolicy',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ],
  },
  least: {
    values: {
      ...least,
      migration: { enabled: false },
      secret: { existingSecret: 'rolewright', settings: ['DATABASE_URL', 'MIGRATION_DATABASE_URL'] },
      serviceAccount: { create: false },
      podDisruptionBudget: { enabled: false },
      networkPolicy: { enabled: false },
    },
    kinds: ['Deployment', 'Service'],
  },
  all: {
    values: {
      ...least,
      image: {
        ...least.image,
        digest: `sha256:${'a'.repeat(64)}`,
        pullPolicy: 'Always',
      },
      imagePullSecrets: [{ name: 'registry' }],
      fullnameOverride: 'roles',
      listenHost: '::',
      config: {
        ...least.config,
        LOG_LEVEL: 'warn',
        SWEEP_CONCURRENCY: 32,
        STS_SOURCE_IDENTITY: true,
        AWS_REGION: 'eu-west-1',
      },
      secret: {
        existingSecret: 'rolewright',
        settings: ['DATABASE_URL', 'AUDIT_SIGNING_KEY', 'WEBHOOK_SECRET'],
      },
      databaseCa: { configMap: 'rds-ca', key: 'global-bundle.pem' },
      serviceAccount: {
        annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/RolewrightHub' },
      },
      podIdentity: { enabled: true },
      service: { type: 'NodePort', port: 8080, annotations: { a: 'b' } },
      ingress: {
        enabled: true,
        className: 'alb',
        annotations: { a: 'b' },
        host: 'roles.example',
        tlsSecret: 'tls',
      },
      autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 9 },
      podDisruptionBudget: { maxUnavailable: '25%' },
      readinessPath: '/healthz',
      networkPolicy: {
        ingressFrom: [{ namespaceSelector: {} }],
        postgresTo: [{ ipBlock: { cidr: '10.0.0.0/16' } }],
        extraEgress: [{ ports: [{ port: 4318, protocol: 'TCP' }] }],
      },
      metrics: {
        enabled: true,
        serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
        prometheusRule: {
          enabled: true,
          rules: 'groups: [{ name: a, rules: [{ alert: Down, expr: up == 0 }] }]',
        },
      },
      extraEnv: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel:4318' }],
      extraVolumes: [{ name: 'policies', configMap: { name: 'policies' } }],
      extraVolumeMounts: [{ name: 'policies', mountPath: '/etc/policies', readOnly: true }],
      podAnnotations: { a: 'b' },
      podLabels: { team: 'platform' },
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
    },
    kinds: [
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'Job',
      'NetworkPolicy',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'PrometheusRule',
      'Service',
      'ServiceAccount',
      'ServiceMonitor',
    ],
  },
};

/** Values that are refused, and what the refusal says. */
export const wrongValues: [name: string, values: object, said: RegExp][] = [
  ['nothing', {}, /OIDC_ISSUER/],
  ['a misspelt value', { ...least, replicas: 3 }, /replicas/],
  ['a misspelt value below', { ...least, image: { repo: 'x' } }, /repo/],
  [
    'a setting that does not exist',
    { ...least, config: { ...least.config, LOG_LEVLE: 'info' } },
    /LOG_LEVLE/,
  ],
  [
    'a secret as plain text',
    { ...least, config: { ...least.config, DATABASE_URL: 'postgresql://x' } },
    /DATABASE_URL/,
  ],
  [
    'a secret that is no setting',
    { ...least, secret: { existingSecret: 'x', settings: ['DATABASE_URL', 'TOKEN'] } },
    /settings/,
  ],
  ['no secret', { ...least, secret: {} }, /existingSecret/],
  ['no secret of the owner', { ...least, migration: {} }, /existingSecret/],
  [
    'the owner in every replica',
    { ...least, secret: { existingSecret: 'x', settings: ['DATABASE_URL', 'MIGRATION_DATABASE_URL'] } },
    /no replica needs it/,
  ],
  ['too little time to stop', { ...least, terminationGracePeriodSeconds: 60 }, /must be at least 70/],
  [
    'a monitor without metrics',
    { ...least, metrics: { serviceMonitor: { enabled: true } } },
    /need metrics.enabled/,
  ],
  [
    'rules without rules',
    { ...least, metrics: { enabled: true, prometheusRule: { enabled: true } } },
    /rules has no groups/,
  ],
  [
    'rules that are no rules',
    { ...least, metrics: { enabled: true, prometheusRule: { enabled: true, rules: 'a: [' } } },
    /rules has no groups/,
  ],
  ['an ingress without a host', { ...least, ingress: { enabled: true } }, /ingress.host is required/],
];
