import AntreaModel
import NSXModel

/// The sources, the destinations or the applied-to of a rule.
struct Operand {
  /// Everything (`ANY`).
  var isAny: Bool
  /// The groups, in order of their paths.
  var groups: [ResolvedGroup] = []
  /// Addresses that stand in the rule itself.
  var ranges: [AddressRange] = []
  /// Why an entry cannot be used.
  var problems: [Problem] = []

  init(_ entries: [String], _ groups: GroupTable) {
    isAny = NSXModel.isAny(entries)
    if isAny { return }
    for entry in entries.count == 1 ? entries : Set(entries).sorted() {
      // Paths begin with a slash and addresses do not; parsing is the dear part.
      if entry.utf8.first == UInt8(ascii: "/") {
        let group = groups[entry]
        self.groups.append(group)
        problems += group.problems
      } else if NSXModel.isAny([entry]) {
        problems.append(.anyWithOthers(in: "sources, destinations or scope"))
      } else if AddressRange(entry) != nil {
        do {
          ranges += try Networks.ranges([entry])
        } catch {
          problems += error.list
        }
      } else {
        problems.append(
          Problem(.invalidAddress, "\(entry) is no path of a group, address, CIDR or range"))
      }
    }
  }

  /// The operand as the end where pods are: addresses around all that pods can
  /// have are every pod.
  func asPods(of podNetworks: [CIDR]?) -> Operand {
    guard !isAny, problems.isEmpty, let podNetworks, !podNetworks.isEmpty else { return self }
    let ranges = allRanges
    guard !ranges.isEmpty,
      AddressSet(podNetworks.map { AddressRange($0) }).isSubset(of: AddressSet(ranges))
    else { return self }
    return Operand(["ANY"], GroupTable([:]))
  }

  /// All addresses: of the groups and in the rule itself.
  var allRanges: [AddressRange] {
    groups.flatMap(\.ranges) + ranges
  }

  /// The pods: those of the groups, or every pod.
  func selection(_ budget: inout SelectorBudget) throws(Problem) -> PodSelection {
    isAny ? .everyPod : try PodSelection(groups.flatMap(\.pods), &budget)
  }
}
