export { type ChallengeOptions, type Challenges, createChallenges, solvePuzzle } from './challenge.ts';
