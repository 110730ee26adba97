import Documents
import Reachability

/// What passes between named sets, for people and programs.
public struct MatrixView: Sendable {
  /// Sets beyond this number are not put side by side.
  private static let columns = 12

  private let names: [String]
  /// By source, then by destination; `nil` where there is no pair.
  private let cells: [[ReachMatrix.Cell?]]
  private let subject: String
  /// The one kind of traffic that was asked about.
  private let words: String?
  private let isOneKind: Bool
  private let limits: [String]
  private let notes: [String]

  /// Creates a view.
  ///
  /// - Parameters:
  ///   - traffic: One kind of traffic that was asked about, which passes or not;
  ///     `nil` for all.
  ///   - words: The same as it is told.
  public init(
    _ matrix: ReachMatrix, subject: String, traffic: TrafficSet?, words: String? = nil,
    limits: [String],
    notes: [String] = []
  ) {
    names = matrix.groups.map(\.name)
    cells = matrix.cells.map { row in
      row.map { cell in
        guard cell.pairs > 0 else { return nil }
        var cell = cell
        if let traffic {
          cell.always = cell.always.intersection(traffic)
          cell.sometimes = cell.sometimes.intersection(traffic)
        }
        return cell
      }
    }
    self.subject = subject
    self.words = words
    isOneKind = traffic != nil
    self.limits = limits
    self.notes = notes
  }

  /// A table with a column for each set; for many sets a line for each pair
  /// between which something passes.
  public func text(color: Bool) -> String {
    let style = TextStyle(color: color)
    var text = style(
      .heading, "from (rows) to (columns)" + (words.map { ", \($0)" } ?? ""))
    text += style(.faint, " (\(TextStyle.printable(subject)))") + "\n"
    var table: TextTable
    if names.count <= Self.columns {
      table = TextTable([""] + names.map(TextStyle.printable))
      for (row, name) in names.enumerated() {
        table.add([name] + cells[row].map { $0.map(words) ?? "" })
      }
    } else {
      table = TextTable(["FROM", "TO", "PASSES"])
      for (row, from) in names.enumerated() {
        for (column, to) in names.enumerated() {
          guard let cell = cells[row][column], !cell.sometimes.isEmpty else { continue }
          table.add([from, to, words(cell)])
        }
      }
    }
    text += table.render(style: style)
    for note in notes { text += style(.faint, "note: \(TextStyle.printable(note))\n") }
    for limit in limits { text += style(.faint, "without \(TextStyle.printable(limit))\n") }
    return text
  }

  /// `all`, `-` for nothing, `443/tcp`, `some: 443/tcp` for some of the pairs.
  private func words(_ cell: ReachMatrix.Cell) -> String {
    if cell.sometimes.isEmpty { return "-" }
    if isOneKind { return cell.always.isEmpty ? "some" : "yes" }
    if cell.always == cell.sometimes { return short(cell.always) }
    return cell.always.isEmpty
      ? "some: \(short(cell.sometimes))" : "\(short(cell.always)); some: \(short(cell.sometimes))"
  }

  private func short(_ traffic: TrafficSet) -> String {
    let text = traffic.text(limit: 2).lowercased()
    return text == "all traffic" ? "all" : text
  }

  /// The matrix as a document with `schemaVersion` 1.
  public var document: JSONValue {
    [
      "schemaVersion": 1, "subject": .string(subject),
      "traffic": .string(words ?? "all traffic"), "names": .texts(names),
      "cells": .array(documents), "without": .texts(limits),
      "notes": .texts(notes),
    ]
  }

  /// One compact JSON document a line: each cell, then the rest.
  public var ndjson: String {
    var lines = documents.map { cell -> JSONValue in
      var object = cell.object ?? JSONObject()
      object["schemaVersion"] = 1
      object["type"] = "cell"
      return .object(object)
    }
    var object = document.object ?? JSONObject()
    object["cells"] = nil
    object["type"] = "summary"
    lines.append(.object(object))
    return lines.map { "\($0)\n" }.joined()
  }

  private var documents: [JSONValue] {
    return names.indices.flatMap { row in
      names.indices.compactMap { column -> JSONValue? in
        guard let cell = cells[row][column] else { return nil }
        return [
          "from": .string(names[row]), "to": .string(names[column]),
          "always": .string(cell.always.text(limit: 50).lowercased()),
          "sometimes": .string(cell.sometimes.text(limit: 50).lowercased()),
          "pairs": .integer(Int64(cell.pairs)),
        ]
      }
    }
  }
}
