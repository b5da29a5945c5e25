import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { imageId, type Image, type RestorableBucket } from './restorable-bucket.ts';
import {
  Actor,
  areIndependent,
  type Answer,
  type Attempt,
  type Call,
  type Step,
  type StepAnswers,
  type Touch,
} from './paused-attempt.ts';

/**
 * What happens to the first manifest that an attempt sends and gets no answer for: it is stored, never stored, or
 * delivered at any later time.
 */
export type LostAnswer = 'stored' | 'never stored' | 'delivered late';

/** Attempts that run at the same time, and the content of the bucket before them. */
export interface Race {
  readonly image: Image;
  /** Attempts by name, one hex digit. */
  readonly attempts: Readonly<Record<string, Attempt>>;
  /** True if calls that are made at the same moment are answered separately. */
  readonly apart?: boolean;
  readonly lost?: { readonly by: string; readonly answer: LostAnswer };
}

/** How one schedule ended. */
export interface End {
  readonly schedule: readonly string[];
  readonly outcomes: Readonly<Record<string, string>>;
  readonly image: Image;
  /** What is wrong with the hour on the storage, in words. */
  readonly problems: readonly string[];
}

/** The result of an exploration. */
export interface Exploration {
  readonly schedules: number;
  readonly states: number;
  readonly ends: readonly End[];
  /** Every content that the bucket ever had. */
  readonly images: readonly Image[];
}

/** A place in the tree of schedules: the state it starts from, and the step to take there. */
interface Branch {
  readonly schedule: readonly string[];
  readonly image: Image;
  readonly histories: ReadonlyMap<string, readonly StepAnswers[]>;
  readonly next: string | undefined;
  readonly asleep: ReadonlyMap<string, Touch>;
}

const NETWORK = 'network';

/**
 * Runs attempts against the storage in every order of their calls.
 *
 * A state is what each attempt has been answered and what the bucket holds. Two schedules that led to the same state
 * continue alike, so each step is taken from a state once. If two neighbouring steps touch different things (or only
 * read), one order stands for both: a step that is passed over sleeps until a step has been taken that it depends on
 * (Godefroid's sleep sets, which leave out orders, never states). A schedule that branches off another starts from
 * that state: the bucket is restored to its content, and the attempts get their answers again. The storage is not
 * asked twice when all that its answer can depend on is the same.
 */
export async function explore(race: Race, buckets: readonly RestorableBucket[]): Promise<Exploration> {
  const explorer = new Explorer(race);
  let branches: Branch[] = [
    { schedule: [], image: race.image, histories: new Map(), next: undefined, asleep: new Map() },
  ];
  while (branches.length > 0) {
    const found = await onEachBucket(buckets, branches, (bucket, branch) => explorer.follow(bucket, branch));
    branches = found.flat();
  }
  const { schedules, ends, images, taken } = explorer;
  return { schedules, states: taken.size, ends, images: [...images.values()] };
}

/** Runs one attempt alone, from a given state to its end. */
export async function runAlone(
  bucket: RestorableBucket,
  start: Image,
  name: string,
  attempt: Attempt,
): Promise<End> {
  const actor = new Actor(name);
  actor.start(attempt, bucket.hour.bucket);
  const schedule: string[] = [];
  let image = start;
  for (await actor.paused(); actor.outcome === undefined; await actor.paused()) {
    for (const { name, calls } of actor.steps(false)) {
      schedule.push(name);
      const asked = await bucket.ask(image, calls);
      image = asked.image;
      actor.answer(asked.answers);
    }
  }
  return { schedule, outcomes: { [name]: actor.outcome }, image, problems: await bucket.problems(image) };
}

/**
 * Runs a job for each item, as many at once as there are buckets; each bucket takes the item that is nearest to its
 * content.
 */
export async function onEachBucket<T extends { readonly image: Image }, R>(
  buckets: readonly RestorableBucket[],
  items: readonly T[],
  job: (bucket: RestorableBucket, item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = new Set(items);
  const results: R[] = [];
  const runs = buckets.map(async (bucket) => {
    for (let item = bucket.nearest(waiting); item !== undefined; item = bucket.nearest(waiting)) {
      waiting.delete(item);
      results.push(await job(bucket, item));
    }
  });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}

class Explorer {
  readonly #race: Race;
  /** The steps that have been taken in each state. */
  readonly taken = new Map<string, Set<string>>();
  readonly ends: End[] = [];
  readonly images = new Map<string, Image>();
  schedules = 0;

  constructor(race: Race) {
    this.#race = race;
  }

  /** Follows one schedule to its end or to a known state, and returns where others branch off. */
  async follow(bucket: RestorableBucket, { histories, ...branch }: Branch): Promise<Branch[]> {
    this.schedules += 1;
    const actors = await this.#resume(bucket, histories);
    const branches: Branch[] = [];
    let { schedule, image, next, asleep } = branch;
    for (;;) {
      const ready = actors.flatMap((actor) => actor.steps(this.#race.apart ?? false));
      let step = ready.find(({ name }) => name === next);
      if (step === undefined) {
        const { isNew, taken } = this.#enter(image, actors);
        if (isNew && ready.length === 0) await this.#end(bucket, image, actors, schedule);
        const fresh = ready.filter(({ name }) => !taken.has(name) && !asleep.has(name));
        const [first, ...others] = wake(fresh, asleep);
        if (first === undefined) break;
        for (const { name } of fresh) taken.add(name);
        const told = new Map(actors.map(({ name, history }) => [name, [...history]]));
        for (const other of others) {
          branches.push({ schedule, image, histories: told, next: other.step.name, asleep: other.asleep });
        }
        ({ step, asleep } = first);
      }
      next = undefined;
      schedule = [...schedule, step.name];
      image = await this.#take(bucket, image, step, actors);
    }
    for (const actor of actors) actor.abandon();
    return branches;
  }

  /** Records a state; returns the steps that have been taken in it, for more to be added. */
  #enter(image: Image, actors: readonly Actor[]): { isNew: boolean; taken: Set<string> } {
    const bucket = imageId(image);
    this.images.set(bucket, image);
    const hash = createHash('sha256').update(bucket);
    for (const { name, knowledge } of actors) hash.update(`\n\n${name}\n${knowledge}`);
    const state = hash.digest('hex');
    const known = this.taken.get(state);
    const taken = known ?? new Set();
    this.taken.set(state, taken);
    return { isNew: known === undefined, taken };
  }

  async #end(
    bucket: RestorableBucket,
    image: Image,
    actors: readonly Actor[],
    schedule: readonly string[],
  ): Promise<void> {
    const outcomes = Object.fromEntries(actors.map(({ name, outcome = '' }) => [name, outcome]));
    this.ends.push({ schedule, outcomes, image, problems: await bucket.problems(image) });
  }

  async #resume(bucket: RestorableBucket, histories: Branch['histories']): Promise<Actor[]> {
    const network = new Actor(NETWORK);
    network.outcome = '';
    const attempts = Object.entries(this.#race.attempts).map(async ([name, attempt]) => {
      const actor = new Actor(name);
      actor.start(attempt, bucket.hour.bucket);
      await actor.paused();
      for (const answers of histories.get(name) ?? []) {
        this.#answer(actor, answers, network);
        await actor.paused();
      }
      return actor;
    });
    const actors = [...(await Promise.all(attempts)), network];
    for (const answers of histories.get(NETWORK) ?? []) network.answer(answers);
    return actors;
  }

  /** Takes a step; returns what the bucket holds then. */
  async #take(bucket: RestorableBucket, image: Image, step: Step, actors: readonly Actor[]): Promise<Image> {
    const { actor } = step;
    const { lost } = this.#race;
    const network = actors.find(({ name }) => name === NETWORK) ?? actor;
    const unheard = step.calls.filter((call) => this.#isUnheard(actor, call));
    const sent =
      lost?.answer === 'stored' ? step.calls : step.calls.filter((call) => !unheard.includes(call));
    const asked = await bucket.ask(image, sent);
    const answers = new Map([...asked.answers, ...unheard.map(({ name }) => [name, LOST] as const)]);
    this.#answer(actor, answers, network);
    await actor.paused();
    return asked.image;
  }

  /** True for the first manifest of the attempt whose answer is lost. */
  #isUnheard({ name, history }: Actor, { command }: Call): boolean {
    const isManifest =
      command instanceof PutObjectCommand && (command.input.Key ?? '').includes('/manifests/');
    const hasLost = history.some((answers) => [...answers.values()].includes(LOST));
    return isManifest && name === this.#race.lost?.by && !hasLost;
  }

  /** Gives an actor its answers; a call whose answer is lost may be delivered later by the network. */
  #answer(actor: Actor, answers: StepAnswers, network: Actor): void {
    if (this.#race.lost?.answer === 'delivered late') {
      for (const [name, answer] of answers) {
        const call = actor.pending.find((pending) => pending.name === name);
        if (answer === LOST && call !== undefined) network.call(call.command, () => {});
      }
    }
    actor.answer(answers);
  }
}

/** The steps to take in a state, each with the steps that sleep while its schedules run. */
function wake(
  steps: readonly Step[],
  asleep: Branch['asleep'],
): { readonly step: Step; readonly asleep: Branch['asleep'] }[] {
  const passedOver = new Map(asleep);
  return steps.map((step) => {
    const stillAsleep = [...passedOver].filter(([, touch]) => areIndependent(touch, step));
    passedOver.set(step.name, step);
    return { step, asleep: new Map(stillAsleep) };
  });
}

const LOST: Answer = { said: 'no answer', error: new Error('socket hang up') };
