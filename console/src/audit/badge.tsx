import { Link } from '@tanstack/react-router';
import { exactTime } from '../ui/text/time.tsx';
import style from './audit.module.css';
import { useVerified, useVerify } from './use-verified.ts';
import { badgeText } from './verified.ts';

/** In the header: how far the log is verified. Nothing for those who may not verify it. */
export default function Badge() {
  const { canVerify, verified, error, isLoading } = useVerified();
  const { verify, runningSince } = useVerify();
  if (!canVerify) return null;
  if (isLoading || runningSince !== null) return <span className={style.badge}>verifying …</span>;
  if (verified)
    return (
      <Link
        to="/history"
        hash="verification"
        className={`${style.badge} ${verified.verification.ok ? style.good : style.broken}`}
        title={`The log, ${exactTime(verified.at)}`}
      >
        {badgeText(verified)}
      </Link>
    );
  if (error)
    return (
      <Link to="/history" hash="verification" className={style.badge ?? ''}>
        log not verified
      </Link>
    );
  return (
    <button type="button" className={style.badge} onClick={() => verify(0)}>
      verify the log
    </button>
  );
}
