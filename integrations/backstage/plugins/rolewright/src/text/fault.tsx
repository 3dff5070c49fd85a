import { Alert, Button } from '@backstage/ui';
import { RolewrightError } from '../api.ts';

/** What is wrong, and what to do: a sentence each. `onRetry`: what the button does that tries again. */
export function Fault({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const remedy =
    error instanceof RolewrightError ? error.remedy : 'Try again. If it stays, tell those who run Backstage.';
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={error.message}
      description={remedy}
      {...(onRetry && {
        customActions: (
          <Button size="small" variant="secondary" onPress={onRetry}>
            Try again
          </Button>
        ),
      })}
    />
  );
}
