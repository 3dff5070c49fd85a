import type { WireError } from './wire-error.ts';

/** Every account has these Regions; any other has to be enabled in it. Of the other partitions none has to be. */
const enabledByDefault =
  /^(us-(east|west)-[12]|ca-central-1|sa-east-1|eu-(central-1|north-1|west-[123])|ap-(south-1|southeast-[12]|northeast-[123])|cn-.*|us-gov-.*|us-iso.*|eu-iso.*|eusc-.*)$/;

/** The words of a signature whose time is off; its code is that of a wrong key. */
const isClock = ({ code, message }: WireError) =>
  code === 'RequestExpired' || (code === 'SignatureDoesNotMatch' && /signature (expired|not yet current)/i.test(message));

const clock = 'The clock of this service differs from that of AWS by more than five minutes. The operator of this service has to set it.';

/** Why AWS does not accept how a request is signed, where that is the clock. */
export const explainClock = (error: WireError): string | null => (isClock(error) ? clock : null);

/** Why STS does not accept this service's own credentials in a Region, and what its operator has to do; null: for another reason. */
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
        ? `${refused}: they are wrong, deleted, or of another partition. The operator of this service has to renew them.`
        : `${refused} in Region ${region}. That Region may not be enabled in the account of these credentials, or their session token may not be valid there: the operator of this service has to enable it, or to set AWS_REGION to another. Otherwise they are wrong, deleted, or of another partition.`;
    case 'SignatureDoesNotMatch':
    case 'RequestExpired':
      return isClock(error)
        ? clock
        : `${refused}: the secret key does not belong to the access key ID. The operator of this service has to correct them.`;
    case 'OptInRequired':
      return `${refused}: their account is not active. The operator of this service has to complete its sign-up with AWS, or to use another account.`;
    case 'RegionDisabledException':
      return `STS is switched off in Region ${region} for the account of this service. Switch it on in the account settings of its IAM, or run this service in another Region (AWS_REGION).`;
    case 'CredentialsProviderError':
      return 'This service has no AWS credentials of its own. The operator of this service has to give it some, by AWS_ACCESS_KEY_ID and its kin or by a role.';
    default:
      return null;
  }
}
