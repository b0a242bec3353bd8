//! The files of Bylaws through the door of `bylaws-config`: what is taken, what is refused, and where.

mod accepted;
mod folders;
mod roundtrip;
mod rules;
mod world;
