//! Huffman codes, as `build_tree` of `trees.c` makes them: for equal counts there are many, and which one comes out depends on the order of
//! each step.

/// A symbol's code. A length of 0: the symbol has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// The code as it is written, its first bit lowest.
    pub bits: u16,
    /// How many bits.
    pub length: u8,
}

/// A leaf, or what joins two nodes. Leaves have their symbol's number.
#[derive(Clone, Copy, Default)]
struct Node {
    count: u32,
    depth: u8,
    parent: usize,
    length: usize,
}

/// Nodes, the rarest on top; the shallower of two equal ones first. The heap is numbered from 1.
struct Heap {
    nodes: Vec<Node>,
    heap: Vec<usize>,
}

/// The code of each symbol up to the last one that is used, by how often each stands in the text; none longer than `longest` bits. There are always
/// two of them at least, since readers expect as many.
pub(super) fn build(counts: &[u16], longest: usize) -> Vec<Code> {
    let mut heap = Heap { nodes: Vec::with_capacity(2 * counts.len()), heap: vec![0] };
    heap.nodes.extend(counts.iter().map(|&count| Node { count: count.into(), ..Node::default() }));
    heap.heap.extend((0..counts.len()).filter(|&symbol| counts[symbol] != 0));
    let mut last = counts.iter().rposition(|&count| count != 0);
    while heap.heap.len() < 3 {
        let symbol = last.map_or(0, |last| if last < 2 { last + 1 } else { 0 });
        last = last.max(Some(symbol));
        heap.nodes[symbol].count = 1;
        heap.heap.push(symbol);
    }
    let last = last.unwrap_or_default();
    let order = heap.join();
    let lengths = lengths(heap.nodes, &order, last, longest);
    codes(&lengths[..=last])
}

impl Heap {
    /// Joins the two rarest until one is left; the nodes in the order in which they went.
    fn join(&mut self) -> Vec<usize> {
        for place in (1..=(self.heap.len() - 1) / 2).rev() {
            self.sink(place);
        }
        let mut order = Vec::with_capacity(2 * self.nodes.len());
        while self.heap.len() > 2 {
            let one = self.heap.swap_remove(1);
            self.sink(1);
            let other = self.heap[1];
            order.extend([one, other]);
            let joined = self.nodes.len();
            self.nodes.push(Node {
                count: self.nodes[one].count + self.nodes[other].count,
                depth: self.nodes[one].depth.max(self.nodes[other].depth) + 1,
                ..Node::default()
            });
            self.nodes[one].parent = joined;
            self.nodes[other].parent = joined;
            self.heap[1] = joined;
            self.sink(1);
        }
        order.push(self.heap[1]);
        order
    }

    /// Moves a node down to where it belongs.
    fn sink(&mut self, mut place: usize) {
        let node = self.heap[place];
        loop {
            let mut child = 2 * place;
            if child >= self.heap.len() {
                break;
            }
            if child + 1 < self.heap.len() && self.is_before(self.heap[child + 1], self.heap[child]) {
                child += 1;
            }
            if self.is_before(node, self.heap[child]) {
                break;
            }
            self.heap[place] = self.heap[child];
            place = child;
        }
        self.heap[place] = node;
    }

    fn is_before(&self, one: usize, other: usize) -> bool {
        let key = |node: usize| (self.nodes[node].count, self.nodes[node].depth);
        key(one) <= key(other)
    }
}

/// The length of each node's code, from the root down, then made to fit.
fn lengths(mut nodes: Vec<Node>, order: &[usize], last: usize, longest: usize) -> Vec<u8> {
    let mut of_length = vec![0_usize; longest + 1];
    let mut too_long = 0_usize;
    for &index in order.iter().rev().skip(1) {
        let length = nodes[nodes[index].parent].length + 1;
        too_long += usize::from(length > longest);
        nodes[index].length = length.min(longest);
        if index <= last {
            of_length[length.min(longest)] += 1;
        }
    }
    if too_long == 0 {
        return told(&nodes, last);
    }
    while too_long > 0 {
        // A leaf goes one down beside one that was too deep, which takes the place of the second one's parent.
        let Some(length) = (1..longest).rev().find(|&length| of_length[length] > 0) else { break };
        of_length[length] -= 1;
        of_length[length + 1] += 2;
        of_length[longest] -= 1;
        too_long = too_long.saturating_sub(2);
    }
    // The rarest get the longest.
    let mut leaves = order.iter().filter(|&&index| index <= last);
    for length in (1..=longest).rev() {
        for &leaf in leaves.by_ref().take(of_length[length]) {
            nodes[leaf].length = length;
        }
    }
    told(&nodes, last)
}

fn told(nodes: &[Node], last: usize) -> Vec<u8> {
    nodes[..=last].iter().map(|node| u8::try_from(node.length).unwrap_or(u8::MAX)).collect()
}

/// The codes of some lengths (RFC 1951, 3.2.2): counting up, the shorter ones first, and of one length in the symbols' order.
pub(super) fn codes(lengths: &[u8]) -> Vec<Code> {
    let mut next = [0_u32; 17];
    let mut code = 0;
    for length in 1..16_u8 {
        code <<= 1;
        next[usize::from(length)] = code;
        code += lengths.iter().map(|&other| u32::from(other == length)).sum::<u32>();
    }
    let mut assign = |&length: &u8| {
        let next = &mut next[usize::from(length)];
        let reversed = if length == 0 { 0 } else { next.reverse_bits() >> (32 - u32::from(length)) };
        *next += 1;
        Code { bits: u16::try_from(reversed).unwrap_or_default(), length }
    };
    lengths.iter().map(&mut assign).collect()
}
