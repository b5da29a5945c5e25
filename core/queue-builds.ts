interface Version {
  readonly buildId?: string | null;
}

/** What Temporal says of the versions of a task queue. Source: temporal.api.taskqueue.v1.TaskQueueVersioningInfo. */
export interface QueueVersions {
  readonly currentDeploymentVersion?: Version | null;
  readonly rampingDeploymentVersion?: Version | null;
  readonly rampingVersionPercentage?: number | null;
}

/** The builds whose workers get the new runs of a task queue; an empty text stands for workers without a build. */
export function buildsOfNewRuns(versions: QueueVersions | null | undefined): string[] {
  const percentage = versions?.rampingVersionPercentage ?? 0;
  return [
    ...(percentage < 100 ? [versions?.currentDeploymentVersion?.buildId ?? ''] : []),
    ...(percentage > 0 ? [versions?.rampingDeploymentVersion?.buildId ?? ''] : []),
  ];
}

/** The command that gives the new runs of a task queue to the workers that `option` names: `--build-id BUILD` or `--unversioned`. */
export function makeCurrentCommand(taskQueue: string, option: string): string {
  return `temporal worker deployment set-current-version --deployment-name ${taskQueue} ${option}`;
}

/** Builds in words, an empty text as `no build`. */
export function buildsInWords(builds: Iterable<string>): string {
  return [...builds].map((build) => (build === '' ? 'no build' : `build ${build}`)).join(' or ');
}
