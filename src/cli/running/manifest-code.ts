// The door to what projects with triggers or hooks need: what is imported here is loaded only for them.
export { compileProject, ProjectError } from "../../program/project-code.ts";
