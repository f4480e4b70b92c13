export { type ChallengeOptions, type Challenges, createChallenges, type PhoneAsked, solvePuzzle } from './challenge.ts';
