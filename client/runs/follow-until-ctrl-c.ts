import { printAside } from '../terminal/print.ts';

/** Follows a run with `follow`. Ctrl-C ends this process with exit code 130; the run goes on. */
export async function followUntilCtrlC<T>(workflowId: string, follow: () => Promise<T>): Promise<T> {
  const leave = (): void => {
    printAside(
      '',
      'The run goes on. To follow it again, give the same command; to stop it:',
      `  npm run temporal -- workflow cancel --workflow-id ${workflowId}`,
    );
    process.exit(130);
  };
  process.once('SIGINT', leave);
  try {
    return await follow();
  } finally {
    process.off('SIGINT', leave);
  }
}
