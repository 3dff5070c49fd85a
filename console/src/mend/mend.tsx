import { useCaller } from '../session/permitted.ts';
import Drawer from '../ui/dialog/drawer.tsx';
import { Loading } from '../ui/loading.tsx';
import { Note } from '../ui/note.tsx';
import { ClusterStep } from './choose/cluster-step.tsx';
import { DoneStep } from './done-step.tsx';
import style from './mend.module.css';
import { hasClusterStep, type Operation, permissions } from './operation.ts';
import { ReviewStep } from './review/review-step.tsx';
import { useMend } from './use-mend.ts';
import { titleOf } from './words.ts';

/**
 * Changes a role in a drawer: choose clusters, review the plan, apply it. Give it `key={JSON.stringify(operation)}`, so
 * that each operation has a draft of its own.
 */
export default function Mend(props: { operation: Operation; onClose: () => void }) {
  const { kind, accountId } = props.operation;
  // The address may be somebody else's.
  const caller = useCaller(accountId);
  if (caller?.operations.includes(permissions[kind])) return <Steps {...props} />;
  return (
    <Drawer title={titleOf(props.operation)} onClose={props.onClose}>
      {caller ? (
        <Note look="warning">
          <p>You may not do this in account {accountId}. Ask an administrator of Rolewright.</p>
        </Note>
      ) : (
        <Loading what="what you may do" />
      )}
    </Drawer>
  );
}

function Steps({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const mend = useMend(operation);
  const { draft, answer } = mend;
  const isDone = answer.data !== undefined && draft.sent !== null;
  const step = isDone ? 'Done' : draft.isReviewing ? 'Review' : 'Clusters';
  const steps = hasClusterStep(operation) ? ['Clusters', 'Review', 'Done'] : ['Review', 'Done'];
  const name = operation.roleName || (draft.isReviewing ? draft.roleName : '');
  const close = () => {
    if (isDone) mend.forget();
    onClose();
  };
  return (
    <Drawer title={titleOf(operation)} onClose={close}>
      <p className={style.role}>
        {name ? (
          <>
            <strong>{name}</strong> in
          </>
        ) : (
          'In'
        )}{' '}
        account {operation.accountId}
      </p>
      <ol className={style.steps} aria-label="Steps">
        {steps.map((name, index) => (
          <li key={name} aria-current={name === step ? 'step' : undefined}>
            {index + 1}. {name}
          </li>
        ))}
      </ol>
      {hasClusterStep(operation) && !isDone && <ClusterStep operation={operation} mend={mend} />}
      {draft.isReviewing && !isDone && <ReviewStep operation={operation} mend={mend} />}
      {isDone && answer.data && (
        <DoneStep kind={operation.kind} result={answer.data} onForget={mend.forget} onClose={close} />
      )}
    </Drawer>
  );
}
