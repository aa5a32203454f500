import type { Span } from "../text/index.ts";
import type { Exit, ExitWay, FunctionBuilder } from "./function-builder.ts";

/**
 * Leaving constructs early. A `finally`, a `defer` and everything else that must run on the way out is a catch-all with a
 * completion record: a register says how the body ended, and after the finalizer that ending is carried on. A JavaScript
 * `finally` in the compiled form could not do this, because suspending would run it.
 */
export function withFinalizer(fb: FunctionBuilder, span: Span, body: () => void, finalizer: () => void): void {
  fb.withRegisters(() => {
    const completion = fb.newRegister();
    const value = fb.newRegister();
    const ways: ExitWay[] = [];
    fb.emit("move", [completion, fb.int(0)], span);
    fb.labeled((label) => {
      fb.exits.push({ kind: "finalizer", label, completion, value, ways });
      fb.protect(value, body, () => fb.emit("move", [completion, fb.int(-1)], span), "finalizer");
      fb.exits.pop();
    });
    finalizer();
    carryOn(fb, completion, value, ways, span);
  });
}

function carryOn(fb: FunctionBuilder, completion: number, value: number, ways: readonly ExitWay[], span: Span): void {
  const isWay = fb.newRegister();
  const when = (way: number, body: () => void): void => {
    fb.emit("eq", [isWay, completion, fb.int(way)], span);
    fb.branch(isWay, span, body);
  };
  when(-1, () => fb.emit("rethrow", [value], span));
  for (const [index, way] of ways.entries()) {
    when(index + 1, () => {
      if (way.kind === "return") lowerReturn(fb, value, span);
      else leaveLoop(fb, way.loop, way.kind, span);
    });
  }
}

/** Returns a value through every construct around this place. */
export function lowerReturn(fb: FunctionBuilder, register: number, span: Span): void {
  for (let depth = fb.exits.length - 1; depth >= 0; depth--) {
    const exit = fb.exits[depth] as Exit;
    if (exit.kind === "finalizer") {
      fb.share(register, span);
      if (register !== exit.value) fb.emit("move", [exit.value, register], span);
      return leaveThrough(fb, exit, { kind: "return" }, span);
    }
    if (exit.cursor !== undefined) fb.emit("closeCursor", [exit.cursor], span);
  }
  fb.emit("return", [register], span);
}

export function lowerBreak(fb: FunctionBuilder, span: Span): void {
  const loop = innermostLoop(fb);
  if (!loop) return fb.module.reportProblem("break outside of loop", span);
  leaveLoop(fb, loop, "break", span);
}

export function lowerContinue(fb: FunctionBuilder, span: Span): void {
  const loop = innermostLoop(fb);
  if (!loop) return fb.module.reportProblem("continue outside of loop", span);
  leaveLoop(fb, loop, "continue", span);
}

function innermostLoop(fb: FunctionBuilder): (Exit & { kind: "loop" }) | undefined {
  return fb.exits.findLast((exit) => exit.kind === "loop");
}

function leaveLoop(fb: FunctionBuilder, loop: Exit & { kind: "loop" }, kind: "break" | "continue", span: Span): void {
  for (let depth = fb.exits.length - 1; depth >= 0; depth--) {
    const exit = fb.exits[depth] as Exit;
    if (exit === loop) break;
    if (exit.kind === "finalizer") return leaveThrough(fb, exit, { kind, loop }, span);
  }
  if (kind === "continue") return fb.push({ kind: "continue", label: loop.continueLabel, span });
  if (loop.cursor !== undefined) fb.emit("closeCursor", [loop.cursor], span);
  fb.leave(loop.breakLabel);
}

/** Ends a protected body in the given way; its finalizer runs and then carries that on. */
function leaveThrough(fb: FunctionBuilder, exit: Exit & { kind: "finalizer" }, way: ExitWay, span: Span): void {
  let index = exit.ways.findIndex(
    (known) => known.kind === way.kind && (known.kind === "return" || known.loop === (way as typeof known).loop),
  );
  if (index < 0) index = exit.ways.push(way) - 1;
  fb.emit("move", [exit.completion, fb.int(index + 1)], span);
  fb.leave(exit.label);
}
