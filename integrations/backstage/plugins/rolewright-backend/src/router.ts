import type { AuditorService, HttpAuthService, LoggerService } from '@backstage/backend-plugin-api';
import { roleExtendPermission, roleReadPermission } from 'backstage-plugin-rolewright-common';
import { extendRole, type RolewrightService } from 'backstage-plugin-rolewright-node';
import express from 'express';
import Router from 'express-promise-router';
import { answerErrors } from './errors.ts';
import { readOverview } from './overview.ts';
import { parseExtend, parseOverview } from './requests.ts';

interface Deps {
  rolewright: RolewrightService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  log: LoggerService;
}

/** The HTTP API whose shapes are in backstage-plugin-rolewright-common. */
export function createRouter({ rolewright, httpAuth, auditor, log }: Deps): express.Router {
  const router = Router();
  router.use(express.json({ limit: '64kb' }));

  router.get('/overview', async (request, response) => {
    const credentials = await httpAuth.credentials(request, { allow: ['user'] });
    const { entityRef } = parseOverview(request.query);
    const role = await rolewright.openRole({ credentials, entityRef, permission: roleReadPermission });
    response.json(await readOverview(role));
  });

  router.post('/extend', async (request, response) => {
    const credentials = await httpAuth.credentials(request, { allow: ['user'] });
    const { entityRef, idempotencyKey, ...wanted } = parseExtend(request.body);
    const meta = { entityRef, clusters: wanted.clusters, dryRun: wanted.dryRun };
    const event = await auditor.createEvent({
      eventId: 'role-extend',
      severityLevel: 'medium',
      request,
      meta,
    });
    try {
      const role = await rolewright.openRole({ credentials, entityRef, permission: roleExtendPermission });
      const once = idempotencyKey === undefined ? undefined : [idempotencyKey];
      const answer = await extendRole(role, { ...wanted, once });
      await event.success({ meta: { changeId: answer.change?.id ?? null } });
      response.json(answer);
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  });

  router.use(answerErrors(log));
  return router;
}
