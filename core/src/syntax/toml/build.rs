//! Statements joined into tables: which table a header or dotted key means, what is doubled, and how far tables reach.
//!
//! The rules on what may be said twice are those of the `toml` crate, so that both call the same texts right.

use super::error::{Error, ErrorKind};
use super::grow::{Growth, Name};
use super::{Form, Kind, Node, Quotes};
use crate::text::Span;

/// Dotted keys of more parts are refused, as the `toml` crate does.
const MAX_PARTS: usize = 80;
/// More doubled keys than this say nothing new.
const MAX_ERRORS: usize = 100;

/// A table or array that statements go to: the one of the last header, and on top of it what is open in brackets.
struct Frame {
    node: u32,
    kind: Kind,
    /// Tables of dotted keys whose first run still goes on, outermost first.
    run: Vec<u32>,
    /// The end of the last value.
    end: u32,
}

/// The tree while it grows.
pub(super) struct Builder<'t> {
    grown: Growth<'t>,
    frames: Vec<Frame>,
    /// Tables and arrays of headers whose first run still goes on, outermost first.
    run: Vec<u32>,
    /// The tables on the way to the one that a statement means.
    way: Vec<u32>,
    /// Of `way`, those that the statement brought up first.
    fresh: Vec<u32>,
    errors: Vec<Error>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Builder<'t> {
        let mut builder = Builder {
            grown: Growth::new(text),
            frames: Vec::new(),
            run: Vec::new(),
            way: Vec::new(),
            fresh: Vec::new(),
            errors: Vec::new(),
        };
        let root = builder.grown.container(Kind::Table, Form::Header, (0, text.len()));
        builder.frames.push(Frame { node: root, kind: Kind::Table, run: Vec::new(), end: 0 });
        builder
    }

    /// The text that is read.
    pub(super) fn text(&self) -> &'t str {
        self.grown.text
    }

    /// How many brackets are open.
    pub(super) fn depth(&self) -> usize {
        self.frames.len() - 1
    }

    /// Starts a statement in what is open: the value that comes next gets this key, or is the next item.
    pub(super) fn begin(&mut self, names: &[Name]) {
        let Some(frame) = self.frames.last() else { return };
        let (node, kind, end) = (frame.node, frame.kind, frame.end);
        if kind == Kind::Array {
            // The value's node is the next one.
            self.grown.link(node, self.grown.nodes.len() as u32);
            return;
        }
        let Some((last, above)) = names.split_last() else { return };
        self.way.clear();
        self.fresh.clear();
        let parent = self.descend(node, above, true);
        let mut run = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.run)).unwrap_or_default();
        self.go_on(&mut run, end);
        run.append(&mut self.fresh);
        if let Some(frame) = self.frames.last_mut() {
            frame.run = run;
        }
        let refused = parent.is_some_and(|parent| !above.is_empty() && !self.is_implicit(parent));
        let parent = parent.filter(|_| !refused);
        let doubled = parent.and_then(|parent| self.grown.find(parent, *last)).map(|key| self.grown.span(key));
        let key = self.grown.push(Kind::Key, *last);
        if doubled.is_some() || refused {
            self.doubled(*last, doubled);
        }
        if let Some(parent) = parent {
            self.grown.link(parent, key);
        }
    }

    /// A value that is neither table nor array.
    pub(super) fn scalar(&mut self, kind: Kind, quotes: Quotes, escaped: bool, (start, end): (usize, usize)) {
        self.grown.push(kind, Name { start: start as u32, end: end as u32, quotes, escaped });
        self.ended(end);
    }

    /// An array or inline table opens.
    pub(super) fn open(&mut self, kind: Kind, place: (usize, usize)) {
        let node = self.grown.container(kind, Form::Inline, place);
        self.frames.push(Frame { node, kind, run: Vec::new(), end: place.1 as u32 });
    }

    /// An array or inline table closes; nothing happens if it is not the last one that opened.
    pub(super) fn close(&mut self, kind: Kind, end: usize) {
        if self.depth() > 0 && self.frames.last().is_some_and(|frame| frame.kind == kind) {
            self.pop(end);
        }
    }

    /// Closes every bracket where its last value ends.
    pub(super) fn close_all(&mut self) {
        while self.depth() > 0 {
            let end = self.frames.last().map_or(0, |frame| frame.end);
            self.pop(end as usize);
        }
    }

    fn pop(&mut self, end: usize) {
        let Some(mut frame) = self.frames.pop() else { return };
        self.end_run(&mut frame.run, 0, frame.end);
        self.grown.nodes[frame.node as usize].end = end as u32;
        self.ended(end);
    }

    /// A value ended here.
    fn ended(&mut self, end: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.end = frame.end.max(end as u32);
        }
    }

    /// A header `[a.b]` or `[[a.b]]`: statements go to its table from here.
    pub(super) fn header(&mut self, names: &[Name], array: bool, (start, end): (usize, usize)) {
        self.close_all();
        let base_end = self.frames.first().map_or(0, |frame| frame.end);
        let mut dotted = self.frames.first_mut().map(|frame| std::mem::take(&mut frame.run)).unwrap_or_default();
        self.end_run(&mut dotted, 0, base_end);
        self.way.clear();
        self.fresh.clear();
        let place = (start, end);
        // A header without a name opens a table that is nobody's.
        let last = names.split_last().filter(|(last, _)| last.start < last.end);
        let parent = last.and_then(|(_, above)| self.descend(0, above, false));
        for table in self.fresh.iter().copied() {
            self.grown.nodes[table as usize].start = start as u32;
        }
        let mut run = std::mem::take(&mut self.run);
        let node = match (parent, last) {
            (Some(parent), Some((last, _))) if array => self.array_item(parent, *last, place),
            (Some(parent), Some((last, _))) => self.table(parent, *last, place),
            _ => self.grown.container(Kind::Table, Form::Header, place),
        };
        self.go_on(&mut run, base_end);
        run.append(&mut self.fresh);
        self.run = run;
        if let Some(frame) = self.frames.first_mut() {
            (frame.node, frame.end) = (node, end as u32);
        }
    }

    fn table(&mut self, parent: u32, name: Name, place: (usize, usize)) -> u32 {
        let found = self.grown.find(parent, name);
        if let Some(key) = found {
            let table = key + 1;
            let node = &mut self.grown.nodes[table as usize];
            if node.kind == Kind::Table && node.form == Form::Implied {
                node.form = Form::Header;
                (node.start, node.end) = (place.0 as u32, place.1 as u32);
                let key = &mut self.grown.nodes[key as usize];
                (key.start, key.end, key.quotes, key.escaped) = (name.start, name.end, name.quotes, name.escaped);
                // Its run begins anew at its own header.
                self.way.push(table);
                if !self.run.contains(&table) {
                    self.fresh.push(table);
                }
                return table;
            }
            self.doubled(name, Some(self.grown.span(key)));
        }
        let key = self.grown.push(Kind::Key, name);
        let table = self.grown.container(Kind::Table, Form::Header, place);
        self.grown.link(parent, key);
        self.fresh.push(table);
        table
    }

    fn array_item(&mut self, parent: u32, name: Name, place: (usize, usize)) -> u32 {
        let found = self.grown.find(parent, name);
        let array = found.map(|key| key + 1).filter(|&array| self.is_array_of_tables(array));
        let array = array.unwrap_or_else(|| {
            if let Some(key) = found {
                self.doubled(name, Some(self.grown.span(key)));
            }
            let key = self.grown.push(Kind::Key, name);
            self.grown.link(parent, key);
            let array = self.grown.container(Kind::Array, Form::Header, place);
            self.fresh.push(array);
            array
        });
        self.way.push(array);
        let item = self.grown.container(Kind::Table, Form::Header, place);
        self.grown.link(array, item);
        self.fresh.push(item);
        item
    }

    /// The table at the end of a path, made up where it is not there; `None`, with an error, where something else is there.
    fn descend(&mut self, from: u32, names: &[Name], dotted: bool) -> Option<u32> {
        if names.len() >= MAX_PARTS {
            return None;
        }
        let mut table = from;
        for name in names {
            table = match self.grown.find(table, *name) {
                None => {
                    let key = self.grown.push(Kind::Key, *name);
                    let form = if dotted { Form::Dotted } else { Form::Implied };
                    let made = self.grown.container(Kind::Table, form, (name.start as usize, name.end as usize));
                    self.grown.link(table, key);
                    self.fresh.push(made);
                    made
                }
                Some(key) => self.enter(key, *name, dotted)?,
            };
            self.way.push(table);
        }
        Some(table)
    }

    /// The table that a key of a path means, if the path may lead through it.
    fn enter(&mut self, key: u32, name: Name, dotted: bool) -> Option<u32> {
        let value = key + 1;
        if self.is_array_of_tables(value) {
            self.way.push(value);
            return Some(self.grown.last_item(value));
        }
        let in_brackets = self.depth() > 0;
        let node = &mut self.grown.nodes[value as usize];
        if node.kind != Kind::Table || (node.form == Form::Inline && !in_brackets) {
            self.doubled(name, Some(self.grown.span(key)));
            return None;
        }
        if dotted && !matches!(node.form, Form::Dotted | Form::Implied) {
            self.doubled(name, Some(self.grown.span(key)));
            return None;
        }
        if dotted {
            node.form = Form::Dotted;
        }
        Some(value)
    }

    fn is_implicit(&self, table: u32) -> bool {
        matches!(self.grown.nodes[table as usize].form, Form::Dotted | Form::Implied)
    }

    fn is_array_of_tables(&self, node: u32) -> bool {
        let node = &self.grown.nodes[node as usize];
        node.kind == Kind::Array && node.form == Form::Header
    }

    /// Ends the runs of all tables that are not on the way of the new statement.
    fn go_on(&mut self, run: &mut Vec<u32>, end: u32) {
        let mut way = self.way.iter();
        let kept = run.iter().take_while(|&table| way.any(|passed| passed == table)).count();
        self.end_run(run, kept, end);
    }

    fn end_run(&mut self, run: &mut Vec<u32>, kept: usize, end: u32) {
        for table in run.drain(kept..) {
            let node = &mut self.grown.nodes[table as usize];
            node.end = node.end.max(end);
        }
    }

    fn doubled(&mut self, name: Name, related: Option<Span>) {
        if self.errors.len() < MAX_ERRORS {
            let span = Span { start: name.start, end: name.end };
            self.errors.push(Error { kind: ErrorKind::DuplicateKey, span, related, message: "duplicate key".into() });
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Node>, Vec<Error>) {
        self.close_all();
        let end = self.frames.first().map_or(0, |frame| frame.end);
        let mut dotted = self.frames.first_mut().map(|frame| std::mem::take(&mut frame.run)).unwrap_or_default();
        self.end_run(&mut dotted, 0, end);
        let mut run = std::mem::take(&mut self.run);
        self.end_run(&mut run, 0, end);
        (self.grown.finish(), self.errors)
    }
}
