import { Page } from '../ui/page.tsx';

export default function RolePage() {
  return <Page title="Role">{null}</Page>;
}
