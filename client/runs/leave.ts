import { printAside } from '../terminal/print.ts';

/** Has Ctrl-C stop the looking at a run, not the run, while `look` goes on. */
export async function lookUntilCtrlC<T>(workflowId: string, look: () => Promise<T>): Promise<T> {
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
    return await look();
  } finally {
    process.off('SIGINT', leave);
  }
}
