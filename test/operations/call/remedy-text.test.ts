import t from 'tap';
import type { Remedy } from '#src/domain/remedies/remedy.ts';
import {
  type Face,
  faceOf,
  formatOverride,
  formatRemedy,
  formatRetract,
} from '#src/operations/call/remedy-text.ts';

const about = { accountId: '111122223333', roleName: 'Pods', clusters: [{ region: 'us-west-2', name: 'a' }] };
const faces: Face[] = ['REST', 'GRAPHQL', 'COMMAND_LINE', 'STORED'];

t.test('each face has its own words for a request', (t) => {
  const rows: [
    about: string,
    remedy: Remedy,
    said: [rest: string, graphql: string, commandLine: string, stored: string],
  ][] = [
    [
      'the same clusters',
      { request: { request: 'EXTEND', clusters: 'SAME' }, text: 'add X' },
      [
        'Send POST …/extend with the same clusters to add X.',
        'Send extendExecutionRole with the same clusters to add X.',
        'Run rolewright extend 111122223333 Pods --cluster us-west-2/a to add X.',
        'Extend the role with the same clusters to add X.',
      ],
    ],
    [
      'all that there is, before it and after it',
      {
        request: {
          request: 'EXTEND',
          clusters: 'SAME',
          onMismatch: 'REPLACE',
          compact: true,
          drop: [{ region: 'us-west-2', name: '*' }],
          overrides: ['PRINCIPALS_LOST', 'MANAGED_ELSEWHERE'],
        },
        before: 'If it is not meant,',
        text: 'write it anew',
        after: 'Or not.',
      },
      [
        'If it is not meant, send POST …/extend with onMismatch REPLACE, compact, drop us-west-2/* and override=PRINCIPALS_LOST&override=MANAGED_ELSEWHERE to write it anew. Or not.',
        'If it is not meant, send extendExecutionRole with onMismatch: REPLACE, compact: true, drop: us-west-2/* and override: [PRINCIPALS_LOST, MANAGED_ELSEWHERE] to write it anew. Or not.',
        "If it is not meant, run rolewright extend 111122223333 Pods --cluster us-west-2/a --on-mismatch REPLACE --compact --drop 'us-west-2/*' --override PRINCIPALS_LOST --override MANAGED_ELSEWHERE to write it anew. Or not.",
        'If it is not meant, extend the role with onMismatch REPLACE, compact, drop us-west-2/* and override PRINCIPALS_LOST, MANAGED_ELSEWHERE to write it anew. Or not.',
      ],
    ],
    [
      'clusters that the reader chooses',
      { request: { request: 'EXTEND', clusters: 'CHOSEN' }, before: 'A sentence.', text: 'add them' },
      [
        'A sentence. Send POST …/extend with the clusters that are meant to add them.',
        'A sentence. Send extendExecutionRole with the clusters that are meant to add them.',
        'A sentence. Run rolewright extend 111122223333 Pods --cluster REGION/NAME to add them.',
        'A sentence. Extend the role with the clusters that are meant to add them.',
      ],
    ],
    [
      'many clusters',
      {
        request: {
          request: 'EXTEND',
          clusters: Array.from({ length: 12 }, (_, i) => ({ region: 'r', name: `${i}` })),
        },
        text: 'fit',
      },
      [
        'Send POST …/extend with r/0, r/1, r/2, r/3, r/4, r/5, r/6, r/7, r/8, r/9, 2 more to fit.',
        'Send extendExecutionRole with r/0, r/1, r/2, r/3, r/4, r/5, r/6, r/7, r/8, r/9, 2 more to fit.',
        'Run rolewright extend 111122223333 Pods --cluster REGION/NAME to fit.',
        'Extend the role with r/0, r/1, r/2, r/3, r/4, r/5, r/6, r/7, r/8, r/9, 2 more to fit.',
      ],
    ],
    [
      'a creation',
      { request: { request: 'CREATE', clusters: 'SAME' }, text: 'create it' },
      [
        'Send POST …/execution-roles with the same clusters to create it.',
        'Send createExecutionRole with the same clusters to create it.',
        'Send POST /v1/accounts/111122223333/execution-roles with the same clusters to create it.',
        'Ask for the role with the same clusters to create it.',
      ],
    ],
    [
      'a line that goes',
      { request: { request: 'RETRACT', clusters: 'CHOSEN' }, text: 'remove a line' },
      [
        'Send DELETE …/clusters/REGION/NAME to remove a line.',
        'Send retractCluster to remove a line.',
        'Run rolewright extend 111122223333 Pods --drop REGION/NAME to remove a line.',
        'Delete a line to remove a line.',
      ],
    ],
    [
      'lines of clusters that are gone',
      { request: { request: 'PRUNE', clusters: 'CHOSEN', overrides: ['MANAGED_ELSEWHERE'] }, text: 'prune' },
      [
        'Send POST …/{roleName}/prune with override=MANAGED_ELSEWHERE to prune.',
        'Send pruneExecutionRole with override: [MANAGED_ELSEWHERE] to prune.',
        'Run rolewright prune 111122223333 Pods --apply --override MANAGED_ELSEWHERE to prune.',
        'Prune the role with override MANAGED_ELSEWHERE to prune.',
      ],
    ],
    [
      'what a person has to do',
      { request: null, text: 'Narrow it in IAM.' },
      ['Narrow it in IAM.', 'Narrow it in IAM.', 'Narrow it in IAM.', 'Narrow it in IAM.'],
    ],
  ];
  for (const [what, remedy, said] of rows)
    t.same(
      faces.map((face) => formatRemedy(remedy, face, about)),
      said,
      what,
    );
  t.same(
    faces.map((face) => formatOverride('CLUSTER_CLAIMED', face)),
    [
      'send override=CLUSTER_CLAIMED',
      'send override: CLUSTER_CLAIMED',
      'add --override CLUSTER_CLAIMED',
      'override CLUSTER_CLAIMED',
    ],
  );
  t.same(faces.map(formatRetract), [
    'DELETE …/clusters/REGION/NAME',
    'retractCluster',
    'DELETE …/clusters/REGION/NAME',
    'a retraction',
  ]);
  t.end();
});

t.test('the words of each face', (t) => {
  t.equal(faceOf({ via: 'REST' }), 'REST');
  t.equal(faceOf({ via: 'REST', isCommandLine: true }), 'COMMAND_LINE');
  t.equal(faceOf({ via: 'GRAPHQL' }), 'GRAPHQL');
  t.equal(faceOf({ via: 'SWEEP' }), 'STORED');
  t.end();
});
