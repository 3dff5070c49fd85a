import type { WireError } from './wire-error.ts';

/**
 * Regions that are enabled in every account; other Regions are opt-in. The other partitions have no opt-in
 * Regions.
 */
const enabledByDefault =
  /^(us-(east|west)-[12]|ca-central-1|sa-east-1|eu-(central-1|north-1|west-[123])|ap-(south-1|southeast-[12]|northeast-[123])|cn-.*|us-gov-.*|us-iso.*|eu-iso.*|eusc-.*)$/;

/** A wrong clock has the code of a wrong key; only the message tells them apart. */
const isClock = ({ code, message }: WireError) =>
  code === 'RequestExpired' ||
  (code === 'SignatureDoesNotMatch' && /signature (expired|not yet current)/i.test(message));

const clock =
  'The clock of this service differs from that of AWS by more than five minutes. The operator of this service has to set the clock.';

/** Explains a refused signature if the clock is the reason; else null. */
export const explainClock = (error: WireError): string | null => (isClock(error) ? clock : null);

/**
 * Explains why STS refuses this service's own credentials in a Region, and the remedy; null for other errors.
 */
export function explainOwnCredentials(error: WireError, region: string): string | null {
  const { code } = error;
  const refused = `AWS does not accept this service's own credentials (${code})`;
  switch (code) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return `${refused}: they have expired. The operator of this service has to renew them.`;
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return enabledByDefault.test(region)
        ? `${refused}: they are wrong, deleted, or belong to another partition. The operator of this service has to renew them.`
        : `${refused} in Region ${region}. That Region may not be enabled in the account of these credentials, or their session token may not be valid there: the operator of this service has to enable it, or set AWS_REGION to another. Otherwise they are wrong, deleted, or belong to another partition.`;
    case 'SignatureDoesNotMatch':
    case 'RequestExpired':
      return isClock(error)
        ? clock
        : `${refused}: the secret key does not belong to the access key ID. The operator of this service has to correct them.`;
    case 'OptInRequired':
      return `${refused}: their account is not active. The operator of this service has to complete the account's sign-up with AWS, or use another account.`;
    case 'RegionDisabledException':
      return `STS is switched off in Region ${region} for the account of this service. Switch it on in the account settings of its IAM, or run this service in another Region (AWS_REGION).`;
    case 'CredentialsProviderError':
      return 'This service has no AWS credentials of its own. The operator of this service has to provide them, by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or by a role.';
    default:
      return null;
  }
}
